import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { makeFolder } from "../../files/atomic-write";
import type { ParameterValue } from "../../notebook/parameters";
import type { NotebookFile } from "../notebook-files";
import type { Settings } from "../settings";
import { shownPath } from "../shown-path";
import { type RunFile, readRunFile, writeRunFile } from "./run-file";
import { type RunKeys, runKeys } from "./run-key";

/** What is known of a run before it begins. */
export interface NewRun {
  /** The project's folder. */
  readonly root: string;
  /** The notebook; the run's files have its name. */
  readonly file: NotebookFile;
  readonly settings: Settings;
  /** Found from the others when absent. */
  readonly keys?: RunKeys;
}

/**
 * Writes the `run.json` of a run that begins in `folder`, or goes on there if the folder holds one.
 * @throws a one-line error when it can't be written.
 */
export function beginRun(folder: string, { root, file, settings, keys }: NewRun): RunFile {
  const parameters = knownParameters(settings);
  const run: RunFile = {
    format: 1,
    id: basename(folder),
    notebook: file.name,
    path: shownPath(root, file.path),
    parameters,
    changed: changedParameters(settings),
    ...(keys ?? runKeys(root, file.notebook, parameters)),
    status: "running",
    pid: process.pid,
    host: hostname(),
    started: new Date().toISOString(),
    ...(readRunFile(folder) && { resumed: true }),
  };
  writeRunFile(folder, run);
  return run;
}

/** Makes a folder for a run of the notebook `name` that begins now: `out/runs/20261125-221003-NAME`. */
export function makeRunFolder(out: string, name: string, now = new Date()): string {
  makeFolder(join(out, "runs"));
  const id = `${localTime(now)}-${name}`;
  for (let count = 1; ; count++) {
    const folder = join(out, "runs", count === 1 ? id : `${id}-${count}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function localTime(date: Date): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

/** The values that parameters are known to have before a run: those given, and defaults of literals. */
export function knownParameters({ declared, values }: Settings): Record<string, ParameterValue> {
  return Object.fromEntries(
    declared.flatMap(({ name, value }) => {
      const known = Object.hasOwn(values, name) ? values[name] : value;
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

/** The names of the parameters that are given another value than their default. */
function changedParameters({ declared, values }: Settings): string[] {
  const changed = declared.filter(
    ({ name, value }) =>
      Object.hasOwn(values, name) && JSON.stringify(values[name]) !== JSON.stringify(value),
  );
  return changed.map(({ name }) => name);
}
