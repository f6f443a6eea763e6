import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../../formats/is-record";
import type { ParameterValue } from "../../notebook/parameters";
import { writeFile } from "../write-file";

/** The content of `run.json` in a run's folder: what is known of a run from its first moment on. */
export interface RunFile {
  readonly format: 1;
  /** The name of the run's folder. */
  readonly id: string;
  /** The name of the notebook, and of the run's files. */
  readonly notebook: string;
  /** The notebook's file: relative to the project if it is inside, with forward slashes. */
  readonly path: string;
  /**
   * The values of the parameters: those given and the defaults that are literals; once it has ended, all of
   * them as they were.
   */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The names of the parameters that differ from the notebook's defaults. */
  readonly changed: readonly string[];
  /** A hash of all that can change the results: runs with the same key have the same results. */
  readonly key: string;
  /** A hash of all that only changes the page: its text, and how reports are made. */
  readonly page: string;
  readonly status: RunStatus;
  /** The process that runs or ran it, and its computer. */
  readonly pid: number;
  readonly host: string;
  /** When it started, or was last gone on with, in ISO 8601. */
  readonly started: string;
  readonly ended?: string;
  /** Whether it goes on where an earlier process had stopped. */
  readonly resumed?: true;
}

/** "stopped" by a signal or killed; "failed" in a cell, or for taking too long. */
type RunStatus = "running" | "ok" | "failed" | "stopped";

/** The `run.json` of a run's folder, or nothing when there is none, or anything else. */
export function readRunFile(folder: string): RunFile | undefined {
  try {
    const file: unknown = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
    return isRunFile(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Folders of runs are passed on: what is in one may be of any program, or of ill will. */
function isRunFile(value: unknown): value is RunFile {
  if (!isRecord(value) || value.format !== 1) return false;
  const { id, notebook, path, key, page, host, started, ended, parameters, changed, pid, status } = value;
  const texts = [id, notebook, path, key, page, host, started, ...(ended === undefined ? [] : [ended])];
  return (
    texts.every((text) => typeof text === "string") &&
    // Files are named after it: it must not lead elsewhere.
    /^[^/\\\0]+$/.test(notebook as string) &&
    Number.isInteger(pid) &&
    ["running", "ok", "failed", "stopped"].includes(status as string) &&
    isRecord(parameters) &&
    Array.isArray(changed) &&
    changed.every((name) => typeof name === "string")
  );
}

/** @throws a one-line error when it can't be written. */
export function writeRunFile(folder: string, file: RunFile): void {
  writeFile(join(folder, "run.json"), `${JSON.stringify(file, null, 2)}\n`);
}
