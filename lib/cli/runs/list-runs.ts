import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../run-record";
import { isAlive } from "./alive";
import { type RunFile, readRunFile } from "./run-file";

/** A run, as its folder tells it. Its status is "running" only while its process is there. */
export interface Run extends RunFile {
  /** The run's folder. */
  readonly folder: string;
  /** What it has left in its `.metrics.json`: nothing while it runs, or when it was killed. */
  readonly record?: RunRecord;
}

/** All runs in the folders of `out/runs`, the newest first. What is no run is left out. */
export function listRuns(out: string): Run[] {
  const runs = foldersIn(join(out, "runs")).flatMap((id) => {
    const run = readRun(join(out, "runs", id));
    return run ? [run] : [];
  });
  return runs.sort((a, b) => (a.started === b.started ? order(b.id, a.id) : order(b.started, a.started)));
}

/** The run in `folder`, or nothing when there is none. */
export function readRun(folder: string): Run | undefined {
  const file = readRunFile(folder);
  if (!file) return undefined;
  const killed = file.status === "running" && !isAlive(folder, file);
  const record = file.status === "running" ? undefined : readRecord(folder, file.notebook);
  return { ...file, ...(killed && { status: "stopped" }), folder, record };
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readRecord(folder: string, name: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, `${name}.metrics.json`), "utf8")) as RunRecord;
    // Those of another program may lack what is shown of a run.
    const isWhole =
      typeof record.seconds === "number" && typeof record.metrics === "object" && record.metrics;
    return isWhole ? record : undefined;
  } catch {
    return undefined;
  }
}

const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));
