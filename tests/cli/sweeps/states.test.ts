import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { QueuedTask } from "../../../lib/cli/sweeps/slurm/client";
import { countsText, isOpen, pointStates } from "../../../lib/cli/sweeps/states";
import { joined, type SweepFile } from "../../../lib/cli/sweeps/sweep-file";
import { sweepTable } from "../../../lib/cli/sweeps/table";

const out = mkdtempSync(join(tmpdir(), "states-"));
afterAll(() => rmSync(out, { recursive: true }));

const sweepOf = (ids: readonly string[], more: Partial<SweepFile> = {}): SweepFile => ({
  format: 1,
  name: "s",
  notebook: "notebooks/a.ipynb",
  grid: {},
  common: {},
  executor: "local",
  points: ids.map((id) => ({ id, values: { id } })),
  created: "2026-01-01T00:00:00.000Z",
  ...more,
});

function leaveRun(id: string, run: object, record?: object): void {
  const folder = join(out, "runs", id);
  mkdirSync(folder, { recursive: true });
  const base = { format: 1, id, notebook: "a", path: "", key: "", page: "", parameters: {}, changed: [] };
  const file = { ...base, started: new Date().toISOString(), host: hostname(), pid: 1, ...run };
  writeFileSync(join(folder, "run.json"), JSON.stringify(file));
  if (record) writeFileSync(join(folder, "a.metrics.json"), JSON.stringify(record));
}

const task = (state: string): QueuedTask => ({ job: "1", jobName: "s", task: 0, state, reason: "None" });

describe("how points stand", () => {
  leaveRun("done", { status: "ok" }, { seconds: 61, metrics: { loss: 0.12345, kind: "a" } });
  leaveRun(
    "failed",
    { status: "failed" },
    { seconds: 1, metrics: {}, error: { cell: 2, name: "E", message: "no\nmore" } },
  );
  leaveRun("stopped", { status: "stopped" });
  leaveRun("here", { status: "running", pid: process.ppid });
  leaveRun("killed", { status: "running", pid: 2 ** 22 + 1 });
  leaveRun("away", { status: "running", pid: 1, host: "another" });
  leaveRun("silent", { status: "running", pid: 1, host: "another" });
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(join(out, "runs/silent/run.json"), old, old);
  const ids = ["done", "failed", "stopped", "here", "killed", "away", "silent", "none"];
  const of = (more: Partial<SweepFile>, queue?: ReadonlyMap<number, QueuedTask>) =>
    Object.fromEntries(
      pointStates(out, sweepOf(ids, more), queue).map(({ point, state }) => [point.id, state]),
    );

  it("is told by their folders", () => {
    const expected = { done: "done", failed: "failed", stopped: "stopped", here: "running" };
    const others = { killed: "stopped", away: "running", silent: "stopped", none: "missing" };
    expect(of({})).toEqual({ ...expected, ...others });
  });

  it("is told by Slurm's queue, which knows of nodes that were lost", () => {
    const queue = new Map([
      [0, task("COMPLETING")],
      [1, task("PENDING")],
      [7, task("RUNNING")],
    ]);
    const states = of({ executor: "slurm" }, queue);
    expect(states).toMatchObject({ done: "done", failed: "queued", none: "running" });
    expect(states).toMatchObject({ here: "running", away: "stopped" });
    // What a command on another machine runs is in no queue.
    expect(of({ executor: "local" }, new Map())).toMatchObject({ away: "running" });
  });

  it("decides what is to be run, and is counted", () => {
    const states = pointStates(out, sweepOf(ids), undefined);
    expect(states.filter(isOpen).map(({ point }) => point.id)).toEqual([
      "failed",
      "stopped",
      "killed",
      "silent",
      "none",
    ]);
    expect(countsText(states)).toBe("1 done, 2 running, 1 failed, 3 stopped, 1 missing");
  });

  it("is shown in a table with the metrics, and what failed below it", () => {
    const lines = sweepTable(pointStates(out, sweepOf(["done", "failed", "none"]), undefined)).split("\n");
    expect(lines).toEqual([
      "id      status   time       loss    kind",
      "done    done     1 min 1 s  0.1235  a",
      "failed  failed   1 s",
      "none    missing",
      "failed: cell 2: E: no",
    ]);
  });
});

describe("a sweep that is there already", () => {
  const earlier = sweepOf(["a", "b"], { common: { steps: 1 }, slurm: { sbatch: [] } });

  it("gets the new points behind its own, so that their numbers stay", () => {
    const asked = sweepOf(["c", "b"], { common: { steps: 1 }, created: "later", executor: "local" });
    const { points, ...rest } = joined(earlier, asked);
    expect(points.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(rest).toMatchObject({
      grid: { id: ["a", "b", "c"] },
      created: earlier.created,
      executor: "local",
    });
    // There may be tasks of it in Slurm's queue.
    expect(rest.slurm).toEqual({ sbatch: [] });
    expect(joined(undefined, asked)).toBe(asked);
  });

  it.each([
    [
      { notebook: "b.ipynb", common: { steps: 1 } },
      "The sweep s is one of notebooks/a.ipynb, not of b.ipynb.",
    ],
    [{ common: { steps: 2 } }, "The points of the sweep s have steps = 1 in common, not 2. Choose another"],
    [{ common: {} }, "have steps = 1 in common, not its default."],
    [{ common: { steps: 1, rate: 2 } }, "have rate = its default in common, not 2."],
  ])("can't be gone on with otherwise: %j", (more, message) => {
    expect(() => joined(earlier, sweepOf(["a"], more))).toThrow(message);
  });
});
