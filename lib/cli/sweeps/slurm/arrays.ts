import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type QueuedTask, queuedTasks } from "./client";

/** How many points one array has at most: Slurm's own default allows task numbers up to 1000. */
const arraySize = 1000;

/** The points of one array: they are `base` and up. */
export interface ArrayPart {
  readonly base: number;
  /** The array's tasks: the points' numbers less `base`. */
  readonly tasks: readonly number[];
}

/** The arrays in which these points are run. */
export function arraysOf(points: readonly number[]): ArrayPart[] {
  const parts = new Map<number, number[]>();
  for (const point of points) {
    const base = point - (point % arraySize);
    parts.set(base, [...(parts.get(base) ?? []), point - base]);
  }
  return [...parts].map(([base, tasks]) => ({ base, tasks }));
}

/** The name of the job of an array: no other sweep's has it, wherever its folder is. */
export function jobName(out: string, base: number): string {
  const hash = createHash("sha256").update(out).digest("hex").slice(0, 8);
  // A comma or a space would divide a list of names.
  return `${basename(out).replace(/[^\w.+-]/g, "-")}-${hash}-${base}`;
}

/**
 * The tasks of a sweep that are in Slurm's queue, by their points' numbers.
 * @throws a one-line error when Slurm can't be asked.
 */
export async function sweepQueue(out: string, points: number): Promise<Map<number, QueuedTask>> {
  const bases = new Map<string, number>();
  for (let base = 0; base < points; base += arraySize) bases.set(jobName(out, base), base);
  const tasks = await queuedTasks([...bases.keys()]);
  return new Map(tasks.map((one) => [(bases.get(one.jobName) ?? 0) + one.task, one]));
}
