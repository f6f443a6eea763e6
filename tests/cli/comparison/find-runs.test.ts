import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findRuns } from "../../../lib/cli/comparison/find-runs";
import { runOf } from "./records";

const root = mkdtempSync(join(tmpdir(), "runs "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: object | string) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}

function makeRun(out: string, id: string, notebook: string, day: number, status: "ok" | "failed" = "ok") {
  const error = { cell: 2, name: "RangeError", message: "on purpose" };
  const started = `2026-11-0${day}T00:00:00.000Z`;
  const { record } = runOf(
    id,
    { seed: day },
    { loss: day },
    {
      notebook,
      started,
      status,
      ...(status === "failed" && { error }),
    },
  );
  write(`${out}/runs/${id}/run.json`, { format: 1, id, notebook, status });
  write(`${out}/runs/${id}/${notebook}.metrics.json`, record);
}

makeRun("reports", "20261101-000000-01-tiny", "01-tiny", 1);
makeRun("reports", "20261102-000000-01-tiny", "01-tiny", 2);
makeRun("reports", "20261103-000000-01-tiny", "01-tiny", 3, "failed");
makeRun("reports", "20261101-000000-02-other", "02-other", 1);
const base = { format: 1, id: "", path: "", key: "", page: "", parameters: {}, changed: [] };
const begun = { ...base, notebook: "01-tiny", status: "running", started: "2026-11-04T00:00:00.000Z" };
write("reports/runs/20261104-000000-01-tiny/run.json", { ...begun, host: hostname(), pid: process.ppid });
// Its file has been silent for long.
write("reports/sweeps/lr/runs/lr=3/run.json", { ...begun, host: "elsewhere", pid: 1 });
utimesSync(join(root, "reports/sweeps/lr/runs/lr=3/run.json"), 0, 0);
write("reports/sweeps/lr/runs/lr=4/run.json", "{");
makeRun("reports/sweeps/lr", "lr=1", "01-tiny", 4);
makeRun("reports/sweeps/lr", "lr=2", "01-tiny", 5);
write("reports/sweeps/lr/sweep.json", {});
write("old/01-tiny.metrics.json", runOf("x", { seed: 0 }, { loss: 1 }).record);
write("old/02-broken.metrics.json", "{");
write("empty/notes.txt", "none");

const find = (...words: string[]) => {
  const { runs, leftOut, out } = findRuns(words, { root, from: join(root, "old") });
  return { ids: runs.map(({ id }) => id), leftOut, out };
};

describe("runs are found", () => {
  it("by their folder, their ID or a part of it, or their record", () => {
    const id = "20261101-000000-01-tiny";
    for (const word of [
      `reports/runs/${id}`,
      id,
      "20261101-000000-01",
      `reports/runs/${id}/01-tiny.metrics.json`,
    ]) {
      expect(find(word).ids).toEqual([id]);
    }
    expect(find("lr=2").ids).toEqual(["lr=2"]);
    expect(find("01-tiny.metrics.json").ids).toEqual(["01-tiny"]);
  });

  it("in a folder of reports: the newest complete ones", () => {
    const { ids, out } = find("reports");
    expect(ids.sort()).toEqual(["20261101-000000-02-other", "20261102-000000-01-tiny"]);
    expect(out).toBe(join(root, "reports"));
    expect(find(join(root, "old"))).toMatchObject({
      ids: ["01-tiny"],
      leftOut: [{ id: "02-broken", reason: expect.stringContaining("JSON") }],
    });
  });

  it("in a sweep's folder, or a folder of run folders: all of them", () => {
    expect(find("reports/sweeps/lr")).toEqual({
      ids: ["lr=1", "lr=2"],
      leftOut: [
        { id: "lr=3", reason: "stopped" },
        { id: "lr=4", reason: "it has no metrics" },
      ],
      out: join(root, "reports/sweeps/lr"),
    });
    const { ids, leftOut } = find("reports/runs");
    expect(ids).toHaveLength(3);
    expect(leftOut).toEqual([
      { id: "20261103-000000-01-tiny", reason: "failed in cell 2: RangeError: on purpose" },
      { id: "20261104-000000-01-tiny", reason: "still running" },
    ]);
  });

  it("by a pattern of IDs or of paths, each once", () => {
    const tiny = ["20261101-000000-01-tiny", "20261102-000000-01-tiny"];
    expect(find("*01-tiny").ids).toEqual(tiny);
    expect(find("reports/runs/*01-tiny", "20261102*").ids).toEqual(tiny);
  });
});

describe("a word that names no run", () => {
  it("is answered with the nearest, or with what there is", () => {
    expect(() => find("20261102-000000-01-tinny")).toThrow("Did you mean 20261102-000000-01-tiny?");
    expect(() => find("quite something else")).toThrow(/no run, file or folder .* The newest runs are/);
    expect(() => find("*nothing*")).toThrow('matches "*nothing*"');
  });

  it("is refused when it is a part of several IDs", () => {
    expect(() => find("01-tiny")).toThrow(/"01-tiny" is a part of 4 runs' IDs: .*Give more of it/);
  });

  it("is refused when its folder has no runs, or it is another file", () => {
    expect(() => find("empty")).toThrow("There are no runs in empty.");
    expect(() => find("empty/notes.txt")).toThrow("a run folder or a .metrics.json");
  });
});
