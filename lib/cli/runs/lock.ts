import { join } from "node:path";
import { withLock } from "../../files/lock";

/**
 * Does `work` while no other process begins a run in `out`, or writes its index or the copies of its newest
 * reports.
 */
export const withRunsLocked = <T>(out: string, work: () => T | Promise<T>): Promise<T> =>
  withLock(join(out, ".lock"), work);
