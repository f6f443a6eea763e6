import { setTimeout as sleep } from "node:timers/promises";
import type { StatusLine } from "../../status-line";
import { countsText, pointStates } from "../states";
import type { SweepFile } from "../sweep-file";
import { sweepQueue } from "./arrays";

/** Milliseconds between two questions to Slurm. */
const interval = 3000;

/**
 * Waits until no task of the sweep is in Slurm's queue any more. While Slurm doesn't answer, as when its
 * controller is started again, it waits on.
 * @returns whether that is so; false when `signal` has ended the waiting.
 */
export async function waitForTasks({
  out,
  sweep,
  signal,
  status,
}: {
  readonly out: string;
  readonly sweep: SweepFile;
  readonly signal: AbortSignal;
  readonly status: StatusLine;
}): Promise<boolean> {
  while (!signal.aborted) {
    try {
      const queue = await sweepQueue(out, sweep.points.length);
      if (queue.size === 0) return true;
      status.update(`${sweep.name}: ${countsText(pointStates(out, sweep, queue))}`);
    } catch (error) {
      status.update(`${sweep.name}: ${(error as Error).message}`);
    }
    await sleep(interval, undefined, { signal }).catch(() => {});
  }
  return false;
}
