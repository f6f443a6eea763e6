import { sweepQueue } from "./slurm/arrays";
import type { QueuedTask } from "./slurm/client";
import type { SweepFile } from "./sweep-file";

/** What of a sweep is in Slurm's queue. */
export interface SweepQueue {
  /** Its tasks by their points' numbers; nothing when it never had any, or Slurm can't be asked. */
  readonly queue?: ReadonlyMap<number, QueuedTask>;
  /** A line that says that Slurm can't be asked, if so. */
  readonly line: readonly string[];
}

/**
 * The sweep's tasks in Slurm's queue.
 * @param needed whether to throw where Slurm can't be asked
 */
export async function queueOf(out: string, sweep: SweepFile, needed = false): Promise<SweepQueue> {
  if (sweep.slurm === undefined) return { line: [] };
  try {
    return { queue: await sweepQueue(out, sweep.points.length), line: [] };
  } catch (error) {
    if (needed) throw error;
    return { line: [`${(error as Error).message} Tasks that are queued there are not known.`] };
  }
}
