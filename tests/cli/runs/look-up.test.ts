import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Run } from "../../../lib/cli/runs/list-runs";
import { lookUp, type WantedRun } from "../../../lib/cli/runs/look-up";

const out = mkdtempSync(join(tmpdir(), "look-up-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const base = { path: "a.ipynb", notebook: "a", key: "k", page: "p", parameters: { b: 1, a: 2 } };

/** A run with its files. */
function run(id: string, more: Partial<Run>, ...files: string[]): Run {
  const folder = join(out, id);
  mkdirSync(folder, { recursive: true });
  for (const ending of files) writeFileSync(join(folder, `a.${ending}`), "");
  return { ...base, id, folder, status: "ok", record: {}, ...more } as Run;
}

const wanted: WantedRun = {
  path: "a.ipynb",
  parameters: { a: 2, b: 1 },
  keys: { key: "k", page: "p" },
  force: false,
};
const find = (runs: Run[], more: Partial<WantedRun> = {}) => {
  const finding = lookUp(runs, { ...wanted, ...more });
  return finding.kind === "nothing" ? "nothing" : `${finding.kind} ${finding.run.id}`;
};

const done = run("done", {}, "ipynb", "html");
const stopped = run("stopped", { status: "stopped" });
const failed = run("failed", { status: "failed" }, "ipynb", "html");

it("takes the results of the newest complete run with the same key", () => {
  expect(find([])).toBe("nothing");
  expect(find([failed, done])).toBe("done done");
  expect(find([run("other", { key: "other" }, "ipynb", "html"), done])).toBe("done done");
  expect(find([run("elsewhere", { path: "b/a.ipynb" }, "ipynb", "html")])).toBe("nothing");
  expect(find([failed])).toBe("nothing");
  expect(find([run("without files", {})])).toBe("nothing");
  expect(find([run("without a record", { record: undefined }, "ipynb", "html")])).toBe("nothing");
});

it("asks for a new page where it is missing or of an older text", () => {
  expect(find([done], { keys: { key: "k", page: "new" } })).toBe("page done");
  expect(find([run("without a page", {}, "ipynb")])).toBe("page without a page");
});

it("goes on with a run that was stopped, unless a later one was complete", () => {
  expect(find([failed, stopped])).toBe("stopped stopped");
  expect(find([run("other", { status: "stopped", key: "other" })])).toBe("nothing");
  expect(find([stopped, done])).toBe("done done");
  expect(find([stopped, done], { force: true })).toBe("stopped stopped");
  expect(find([done, stopped], { force: true })).toBe("nothing");
  expect(find([done], { force: true })).toBe("nothing");
});

it("notices a run of the same parameters that goes on, whatever its code", () => {
  const running = run("running", { status: "running", key: "older code" });
  expect(find([done, running])).toBe("running running");
  expect(find([done, running], { force: true })).toBe("running running");
  expect(find([running], { parameters: { a: 2, b: 3 } })).toBe("nothing");
});
