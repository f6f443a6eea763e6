import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CellStore, cellStore } from "../executor/cell-store";
import { hasTag, type Notebook } from "../nbformat";
import { isRunnable } from "./cells";
import type { CellTypeError, CheckedNotebook } from "./check-types";

/**
 * Type-checks all cells of some notebooks in a process of its own, without running any: see `checkTypes`.
 * Notebooks whose cells were all compiled before need no check.
 * Resolves to the cells that do not compile, or to none when `signal` ends it.
 * @throws when the process ends without an answer.
 */
export async function checkNotebooks(
  root: string,
  notebooks: readonly { readonly name: string; readonly notebook: Notebook }[],
  signal?: AbortSignal,
): Promise<readonly CellTypeError[]> {
  const store = cellStore(root);
  const all = notebooks.map(({ name, notebook }): CheckedNotebook => {
    const cells = notebook.cells.filter(isRunnable);
    return {
      name,
      cells: cells.map((cell) => ({ source: cell.source, mayFail: hasTag(cell, "raises-exception") })),
    };
  });
  const checked = all.filter(
    ({ cells }) =>
      !areKnown(
        store,
        cells.map(({ source }) => source),
      ),
  );
  if (checked.length === 0) return [];
  const child = fork(join(__dirname, "check-process.ts"), [root], {
    cwd: root,
    execArgv: ["--import", `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const stop = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  return new Promise<readonly CellTypeError[]>((resolve, reject) => {
    child.once("message", (errors) => {
      resolve(errors as CellTypeError[]);
      child.disconnect();
    });
    child.once("error", reject);
    child.once("exit", (code, ended) => {
      // A Ctrl-C in the terminal reaches the child too, maybe before the signal is given.
      setImmediate(() => {
        if (signal?.aborted) resolve([]);
        else
          reject(
            new Error(`The type check ended with ${ended ?? `exit code ${code}`}. Skip it: --no-check.`),
          );
      });
    });
    child.send(checked);
  }).finally(() => signal?.removeEventListener("abort", stop));
}

/** Whether all these cells of a notebook were compiled before. */
export function areKnown(store: CellStore, sources: readonly string[]): boolean {
  let declarations = "";
  return sources.every((source) => {
    const compiled = store.find(declarations, source);
    declarations = compiled?.declarations ?? "";
    return compiled !== undefined;
  });
}
