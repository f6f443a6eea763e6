import type { NotebookFile } from "../notebook-files";
import { knownParameters } from "../runs/begin-run";
import { projectHashes, runKeys } from "../runs/run-key";
import type { PointState } from "./states";
import type { SweepFile } from "./sweep-file";
import { settingsOfPoint } from "./sweep-notebook";

/** A line about points that are done, but by another version of the code, if there are any. */
export function codeChanges(
  root: string,
  file: NotebookFile,
  sweep: SweepFile,
  states: readonly PointState[],
): string[] {
  if (!states.some(({ state }) => state === "done")) return [];
  const files = projectHashes(root);
  const changed = states.filter(({ point, state, run }) => {
    if (state !== "done" || !run) return false;
    const parameters = knownParameters(settingsOfPoint(file, sweep, point));
    return run.key !== runKeys(root, file.notebook, parameters, files).key;
  });
  if (changed.length === 0) return [];
  const [are, them] = changed.length === 1 ? ["point was", "it"] : ["points were", "them"];
  return [
    `${changed.length} done ${are} run before the code was changed: to run ${them} again, choose another --name.`,
  ];
}
