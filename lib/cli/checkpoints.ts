import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A folder in which a notebook keeps its checkpoints while it runs. */
export interface Checkpoints {
  readonly folder: string;
  /** Whether an interrupted run left checkpoints that this run resumes from. */
  readonly resumed: boolean;
  /** Removes the folder. */
  remove(): void;
}

/** Opens the folder for a notebook's checkpoints in the folder of its run. */
export function openCheckpoints(run: string): Checkpoints {
  const folder = join(run, "checkpoints");
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    resumed: readdirSync(folder).length > 0,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
