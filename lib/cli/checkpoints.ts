import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Notebook } from "../notebook/nbformat";
import type { ParameterValue } from "../notebook/parameters";
import { writeFile } from "./write-file";

/** A folder in which a notebook keeps its checkpoints while it runs. */
export interface Checkpoints {
  readonly folder: string;
  /** Whether an interrupted run left checkpoints that this run resumes from. */
  readonly resumed: boolean;
  /** Removes the folder. */
  remove(): void;
}

/**
 * Opens the folder for a notebook's checkpoints under `out`. Checkpoints of a run with other parameters, or
 * of another version of the notebook, are removed first.
 */
export function openCheckpoints(
  out: string,
  name: string,
  notebook: Notebook,
  parameters: Readonly<Record<string, ParameterValue>>,
): Checkpoints {
  const work = join(out, ".work");
  const folder = join(work, name);
  const keyFile = join(folder, "run.sha256");
  const cells = notebook.cells.map(({ cell_type, source }) => (cell_type === "code" ? source : ""));
  const key = createHash("sha256")
    .update(JSON.stringify([cells, parameters]))
    .digest("hex");
  const same = existsSync(keyFile) && readFileSync(keyFile, "utf8") === key;
  if (!same) {
    rmSync(folder, { recursive: true, force: true });
    writeFile(keyFile, key);
  }
  return {
    folder,
    resumed: same && readdirSync(folder).length > 1,
    remove() {
      rmSync(folder, { recursive: true, force: true });
      try {
        rmdirSync(work);
      } catch {
        // Other notebooks' checkpoints are in it.
      }
    },
  };
}
