import { hostname } from "node:os";
import { type Run, readRun } from "../runs/list-runs";
import type { Point } from "./points";
import type { QueuedTask } from "./slurm/client";
import { pointFolder, type SweepFile } from "./sweep-file";

/** How a point of a sweep stands. */
type State = "done" | "failed" | "stopped" | "running" | "queued" | "missing";

/** A point, how it stands, and what tells it. */
export interface PointState {
  readonly point: Point;
  /** Its place in the sweep. */
  readonly index: number;
  readonly state: State;
  readonly run?: Run;
  /** Its task in Slurm's queue. */
  readonly task?: QueuedTask;
}

/** How all points of a sweep stand, by their folders and, where known, the tasks in Slurm's queue. */
export function pointStates(
  out: string,
  sweep: SweepFile,
  queue: ReadonlyMap<number, QueuedTask> | undefined,
): PointState[] {
  return sweep.points.map((point, index) => {
    const run = readRun(pointFolder(out, point));
    const task = queue?.get(index);
    const known = queue !== undefined && sweep.executor === "slurm";
    return { point, index, run, task, state: stateOf(run, task, known) };
  });
}

function stateOf(run: Run | undefined, task: QueuedTask | undefined, queueIsKnown: boolean): State {
  if (run?.status === "ok") return "done";
  if (task) return task.state === "PENDING" ? "queued" : "running";
  if (!run) return "missing";
  if (run.status !== "running") return run.status;
  // The process of another node that is in no queue any more: the node was lost, or the task was killed.
  return queueIsKnown && run.host !== hostname() ? "stopped" : "running";
}

/** Whether the point is to be run: it isn't done, and nobody else is about to do it. */
export const isOpen = ({ state }: PointState): boolean => ["failed", "stopped", "missing"].includes(state);

/** How many points are in which state, as in "3 done, 1 failed, 2 missing". */
export function countsText(states: readonly PointState[]): string {
  const names: readonly State[] = ["done", "running", "queued", "failed", "stopped", "missing"];
  const counts = names.map((name) => [name, states.filter(({ state }) => state === name).length] as const);
  return counts.flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : [])).join(", ");
}
