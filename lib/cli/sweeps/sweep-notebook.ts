import { resolve } from "node:path";
import { UsageError } from "../../errors";
import { type NotebookFile, selectNotebooks } from "../notebook-files";
import { type Settings, settingsOf } from "../settings";
import type { Point } from "./points";
import type { SweepFile } from "./sweep-file";

/** The notebooks of the project at `root`, or none when they can't be read. */
export function projectNotebooks(root: string): readonly NotebookFile[] {
  const folder = resolve(root, "notebooks");
  try {
    return selectNotebooks({ folder, paths: [], from: [folder], only: [] }).files;
  } catch {
    return [];
  }
}

/**
 * The notebook that a command line names by its path, relative to `from` or `root`, its number or its name.
 * @throws a one-line error when there is none, or more than one.
 */
export function oneNotebook(given: string, root: string, from: string): NotebookFile {
  const folder = resolve(root, "notebooks");
  const isPath = /[\\/]|\.ipynb$/.test(given);
  const paths = isPath ? [given] : [];
  const { files } = selectNotebooks({ folder, paths, only: isPath ? [] : [given], from: [from, root] });
  if (files.length === 1) return files[0];
  const names = files.map(({ name }) => name).join(", ");
  throw new UsageError(`A sweep is of one notebook, and "${given}" stands for ${names}.`);
}

/**
 * The settings of one point's run, with the values that `sweep.json` holds.
 * @throws a one-line error when the notebook doesn't declare one of its parameters any more.
 */
export function settingsOfPoint(file: NotebookFile, { common }: SweepFile, { values }: Point): Settings {
  return settingsOf([file], { texts: {}, fromFile: { ...common, ...values } })[0];
}
