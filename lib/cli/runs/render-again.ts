import { readFileSync } from "node:fs";
import { type Cell, hasTag, type Notebook, parseNotebook, titleOf } from "../../notebook/nbformat";
import { isRunnable } from "../../notebook/runner/cells";
import type { Run } from "./list-runs";
import { fileOf } from "./look-up";
import { writeRunFile } from "./run-file";
import { type PageOptions, writeRunPage } from "./run-page";

/** The notebook of a run, with its outputs. */
export const executedNotebook = (run: Pick<Run, "folder" | "notebook">): Notebook =>
  parseNotebook(readFileSync(fileOf(run, "ipynb"), "utf8"), fileOf(run, "ipynb"));

/**
 * Writes the report of a complete run again without running it: with the text of `notebook` as it is now,
 * whose code is that of the run, and in today's form.
 * @param page the key of the page, see a run's file
 * @returns one line for each page that could not be rendered or printed.
 * @throws a one-line error when a file can't be written.
 */
export async function renderAgain(
  run: Run,
  notebook: Notebook,
  page: string,
  options: PageOptions = {},
): Promise<string[]> {
  const { folder, record, ...file } = run;
  if (!record) throw new Error(`${folder} holds no record of a run.`);
  const merged = withOutputs(notebook, executedNotebook(run));
  const title = titleOf(notebook) ?? record.title;
  const problems = await writeRunPage(folder, merged, { ...record, title }, options);
  if (problems.length === 0) writeRunFile(folder, { ...file, page });
  return problems;
}

/** The cells of `notebook` with the outputs of `executed`, of which the cells that run are the same. */
export function withOutputs(notebook: Notebook, executed: Notebook): Notebook {
  const done = executed.cells.filter(isRunnable);
  const injected = done.filter((cell) => hasTag(cell, injectedTag));
  const others = done.filter((cell) => !hasTag(cell, injectedTag));
  let count = 0;
  const cells = notebook.cells
    .filter((cell) => !hasTag(cell, injectedTag))
    .flatMap((cell): Cell[] => {
      if (!isRunnable(cell)) return [cell];
      const { execution_count, outputs } = others[count++];
      const merged = { ...cell, execution_count, outputs };
      return hasTag(cell, "parameters") ? [merged, ...injected] : [merged];
    });
  return { ...executed, cells };
}

const injectedTag = "injected-parameters";
