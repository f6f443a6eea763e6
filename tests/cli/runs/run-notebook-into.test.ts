import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { listRuns } from "../../../lib/cli/runs/list-runs";
import type { RunFile } from "../../../lib/cli/runs/run-file";
import { runNotebookInto } from "../../../lib/cli/runs/run-notebook-into";
import { settingsOf } from "../../../lib/cli/settings";
import { parseNotebook } from "../../../lib/notebook/nbformat";
import { makeProject, notebookText } from "../../notebook/project";

const { root, remove } = makeProject();
afterAll(remove);

const text = notebookText(
  "# A title",
  ["let steps = 3;\nlet rate = 0.1;\nlet half = steps / 2;", "parameters"],
  'import { recordMetrics } from "./lib";\nrecordMetrics({ loss: steps * rate });',
);
const file = { name: "a", path: join(root, "sub/a.ipynb"), notebook: parseNotebook(text, "a") };
const [settings] = settingsOf([file], { texts: { steps: "4" }, fromFile: {} });

describe("a run into a folder", () => {
  const out = join(root, "out");
  const folder = join(out, "runs/point-1");

  it("is listed as running while it runs, and has all its files when it has ended", async () => {
    const during: unknown[] = [];
    const { run, record, problems } = await runNotebookInto({
      root,
      folder,
      file,
      settings,
      events: { cell: () => during.push(...listRuns(out)) },
    });
    expect(problems).toEqual([]);
    const first = {
      format: 1,
      id: "point-1",
      notebook: "a",
      path: "sub/a.ipynb",
      parameters: { steps: 4, rate: 0.1 },
      changed: ["steps"],
      pid: process.pid,
      host: hostname(),
      status: "running",
      folder,
      record: undefined,
    };
    expect(during).toMatchObject([first, first, first]);
    expect(run).toMatchObject({ status: "ok", parameters: { steps: 4, rate: 0.1, half: 1.5 } });
    expect(listRuns(out)).toEqual([{ ...run, folder, record: JSON.parse(JSON.stringify(record)) }]);
    expect(record.metrics.loss).toBeCloseTo(0.4);
    expect(readdirSync(folder).sort()).toEqual([
      "a.html",
      "a.ipynb",
      "a.metrics.json",
      "log.html",
      "run.json",
    ]);
    expect(readFileSync(join(folder, "a.html"), "utf8")).toContain('href="../../index.html"');
    expect(readdirSync(out)).toEqual(["runs"]);
  });
});

describe("the list of runs", () => {
  const out = join(root, "listed");
  const leave = (id: string, more: Partial<RunFile>) => {
    mkdirSync(join(out, "runs", id), { recursive: true });
    const started = "2026-01-02T10:00:00.000Z";
    const base = { format: 1, id, notebook: "a", path: "a.ipynb", parameters: {}, changed: [] };
    const run = { ...base, key: "k", page: "p", status: "ok", pid: 1, host: hostname(), started, ...more };
    writeFileSync(join(out, "runs", id, "run.json"), JSON.stringify(run));
  };
  const found = () => listRuns(out).map(({ id, status }) => [id, status]);

  it("is empty where there is nothing, and leaves out what is no run", () => {
    expect(found()).toEqual([]);
    mkdirSync(join(out, "runs/empty"), { recursive: true });
    mkdirSync(join(out, "runs/broken"));
    writeFileSync(join(out, "runs/broken/run.json"), "{");
    writeFileSync(join(out, "runs/note.txt"), "");
    leave("newer format", { format: 2 as 1 });
    for (const notebook of ["../../elsewhere", "", "a\\b"]) leave("leads elsewhere", { notebook });
    leave("no values", { parameters: undefined });
    leave("no list", { changed: "steps" as never });
    leave("no time", { started: 5 as never });
    leave("odd", { status: "done" as never });
    expect(found()).toEqual([]);
    rmSync(join(out, "runs"), { recursive: true });
  });

  it("has the newest first", () => {
    leave("b", { started: "2026-01-02T10:00:01.000Z", status: "failed" });
    leave("a", {});
    leave("c", { started: "2026-01-03T00:00:00.000Z" });
    expect(found()).toEqual([
      ["c", "ok"],
      ["b", "failed"],
      ["a", "ok"],
    ]);
  });

  it("tells a run whose process is gone from one that goes on", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const started = new Date().toISOString();
    leave("d", { started, status: "running", pid: child.pid });
    expect(found()[0]).toEqual(["d", "running"]);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(found()[0]).toEqual(["d", "stopped"]);
    // Another computer's process, by the time of its last sign of life.
    leave("d", { started, status: "running", host: "elsewhere", pid: child.pid });
    expect(found()[0]).toEqual(["d", "running"]);
    const before = new Date(Date.now() - 3600_000);
    utimesSync(join(out, "runs/d/run.json"), before, before);
    expect(found()[0]).toEqual(["d", "stopped"]);
    // A process of this number ran before this one.
    leave("d", { started: "2026-01-04T00:00:00.000Z", status: "running", pid: process.pid });
    expect(found()[0]).toEqual(["d", "stopped"]);
    expect(existsSync(join(out, "runs/d"))).toBe(true);
  });
});
