import type { NotebookFile } from "../notebook-files";
import { beginRun } from "../runs/begin-run";
import { type Run, readRun } from "../runs/list-runs";
import { withRunsLocked } from "../runs/lock";
import type { RunFile } from "../runs/run-file";
import type { Settings } from "../settings";
import type { Point } from "./points";
import { pointFolder, type SweepFile } from "./sweep-file";
import { settingsOfPoint } from "./sweep-notebook";

/** A point whose run has begun. */
export interface ClaimedPoint {
  readonly settings: Settings;
  readonly folder: string;
  readonly begun: RunFile;
}

/**
 * Begins the run of a point, unless it is done or another process is at it: of several that ask at once, one
 * begins.
 * @param isTaken whether a run that is under way is to be left alone
 * @throws a one-line error when a file can't be written, or a parameter isn't declared any more.
 */
export function claimPoint(
  {
    root,
    out,
    sweep,
    file,
    point,
  }: {
    readonly root: string;
    readonly out: string;
    readonly sweep: SweepFile;
    readonly file: NotebookFile;
    readonly point: Point;
  },
  isTaken: (run: Run) => boolean = () => true,
): Promise<ClaimedPoint | "done" | "running"> {
  const settings = settingsOfPoint(file, sweep, point);
  const folder = pointFolder(out, point);
  return withRunsLocked(out, () => {
    const run = readRun(folder);
    if (run?.status === "ok") return "done";
    if (run?.status === "running" && isTaken(run)) return "running";
    return { settings, folder, begun: beginRun(folder, { root, file, settings }) };
  });
}
