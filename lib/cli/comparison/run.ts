import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorLine, type RunRecord } from "../run-record";
import { readRun as readListedRun } from "../runs/list-runs";

/** A complete run. */
export interface Run {
  /** The name of its folder; that of its notebook where it has no folder of its own. */
  readonly id: string;
  readonly record: RunRecord;
  /** Where its executed notebook should be. */
  readonly notebookFile: string;
}

/** A run that is not compared, and why. */
export interface LeftOut {
  readonly id: string;
  readonly reason: string;
}

const ending = ".metrics.json";

/** Whether a file's name is that of a run's record. */
export const isRecordFile = (file: string): boolean => file.endsWith(ending);

/** Reads the run whose record lies in `file`. */
export function readRun(file: string): Run | LeftOut {
  const folder = dirname(file);
  const id = isRunFolder(folder) ? basename(folder) : basename(file, ending);
  let record: RunRecord;
  try {
    record = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { id, reason: `${basename(file)} can't be read as JSON` };
  }
  if (!isRecord(record)) return { id, reason: `${basename(file)} is not the record of a run` };
  if (record.status !== "ok") {
    const why = record.status === "failed" ? `failed in ${errorLine(record)}` : record.status;
    return { id, reason: why };
  }
  return { id, record, notebookFile: file.replace(/\.metrics\.json$/, ".ipynb") };
}

/** Reads the run of a run folder; one that has no record yet is left out with its status. */
export function readRunFolder(folder: string): Run | LeftOut {
  const file = recordFilesIn(folder)[0];
  if (file !== undefined) return readRun(file);
  const status = readListedRun(folder)?.status;
  const reason = status === "running" ? "still running" : (status ?? "it has no metrics");
  return { id: basename(folder), reason };
}

/** Whether a folder is that of one run. */
export const isRunFolder = (folder: string): boolean => existsSync(join(folder, "run.json"));

/** The records that lie in a folder itself, in the order of their names. */
export function recordFilesIn(folder: string): string[] {
  return namesIn(folder)
    .filter(isRecordFile)
    .map((name) => join(folder, name));
}

/** The run folders in a folder, in the order of their names: those of an OUT are in the order of time. */
export function runFoldersIn(folder: string): string[] {
  return namesIn(folder)
    .map((name) => join(folder, name))
    .filter(isRunFolder);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isRecord(value: unknown): value is RunRecord {
  const { notebook, status, parameters, metrics } = (value ?? {}) as Partial<RunRecord>;
  return [notebook, status].every((text) => typeof text === "string") && !!parameters && !!metrics;
}
