import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { pruneRuns, runsText } from "../../../lib/cli/runs/manage-runs";

const out = mkdtempSync(join(tmpdir(), "manage-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Leaves a run that started at a minute. */
function leave(minute: number, notebook: string, status: string, more: object = {}) {
  const id = `${minute}-${notebook}`;
  const folder = join(out, "runs", id);
  mkdirSync(folder, { recursive: true });
  const started = new Date(Date.now() - (60 - minute) * 60_000).toISOString();
  const base = { format: 1, id, notebook, path: `${notebook}.ipynb`, parameters: {}, changed: [] };
  const run = { ...base, key: "", page: "", status, pid: process.ppid, host: hostname(), started, ...more };
  writeFileSync(join(folder, "run.json"), JSON.stringify(run));
}

it("removes old runs, but neither the newest complete one nor one that goes on", async () => {
  leave(10, "a", "ok");
  leave(20, "a", "ok");
  leave(25, "a", "running");
  leave(30, "a", "failed");
  leave(40, "a", "stopped");
  leave(50, "a", "failed");
  leave(15, "b", "ok");
  leave(16, "b", "ok");
  const removed = await pruneRuns(out, 2);
  expect(removed.map(({ id }) => id)).toEqual(["30-a", "10-a"]);
  expect(readdirSync(join(out, "runs")).sort()).toEqual(
    ["15-b", "16-b", "20-a", "25-a", "40-a", "50-a"].sort(),
  );
  expect(await pruneRuns(join(out, "nowhere"), 1)).toEqual([]);
});

it("lists runs, the newest first, with what differs from the defaults", () => {
  leave(55, "c-long", "ok", { parameters: { seed: 7, mode: "x y", steps: 3 }, changed: ["seed", "mode"] });
  writeFileSync(
    join(out, "runs/55-c-long/c-long.metrics.json"),
    JSON.stringify({ seconds: 75, metrics: { loss: 0.123456, kind: "good" } }),
  );
  const [head, first] = runsText(out).split("\n");
  expect(head.split(/\s+/)).toEqual([
    "started",
    "notebook",
    "status",
    "duration",
    "parameters",
    "metrics",
    "folder",
  ]);
  expect(first).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}c-long +ok +1 min 15 s +seed=7 mode="x y" +loss 0\.1235, kind good +55-c-long$/,
  );
  expect(runsText(out, ["c"]).trim().split("\n")).toHaveLength(2);
  expect(runsText(out, ["other"])).toBe("There has been no run yet.\n");
});
