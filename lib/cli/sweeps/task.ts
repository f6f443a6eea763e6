import { hostname } from "node:os";
import { expected } from "../../errors";
import { selectNotebooks } from "../notebook-files";
import type { Surroundings } from "../reproduction";
import type { Run } from "../runs/list-runs";
import { publish } from "../runs/publish";
import { loadRenderer } from "../runs/run-page";
import { claimPoint } from "./claim-point";
import { outcome, runPoint } from "./run-point";
import { requeue } from "./slurm/client";
import { readSweep, sweepFolder } from "./sweep-file";

/** How often a task whose time was over has itself queued again: a notebook that saves nothing never ends. */
const mostRestarts = 50;

/** What `runTask` takes besides the surroundings. */
export interface Task {
  readonly name: string;
  /** The point's number. */
  readonly index: number;
  /** Aborted shortly before the time of the task is over. */
  readonly timeIsUp: AbortSignal;
}

/**
 * Runs one point of a sweep, as a task of Slurm does. If its time is up before the run is done, what it has
 * is saved, and the task is queued again.
 * @returns the exit code: 0; 1 if the run failed; 130 if it was stopped.
 * @throws a one-line error when there is no such point, or a file can't be written.
 */
export async function runTask({ name, index, timeIsUp }: Task, surroundings: Surroundings): Promise<number> {
  const { root, terminal } = surroundings;
  const out = sweepFolder(root, name);
  const sweep = readSweep(root, name);
  const point = sweep.points[index];
  if (!point) throw expected(`a point from 0 to ${sweep.points.length - 1} of ${name}`, `${index}`);
  const folder = root;
  const [file] = selectNotebooks({ folder, paths: [sweep.notebook], only: [], from: [root] }).files;
  // A process of another machine is that of a task which Slurm has taken back, or whose node was lost.
  const isTaken = ({ host }: Run) => host === hostname();
  const claimed = await claimPoint({ root, out, sweep, file, point }, isTaken);
  if (typeof claimed === "string") {
    terminal.write(`${point.id}: ${claimed} before.\n`);
    return 0;
  }
  // What renders reports is loaded before Slurm may end the service that compiles it.
  loadRenderer().catch(() => {});
  terminal.write(`${point.id}: started${claimed.begun.resumed ? " again" : ""} on ${hostname()}.\n`);
  const signal = AbortSignal.any([surroundings.signal, timeIsUp]);
  const { record } = await runPoint({ root, point, claimed, file, limits: sweep.limits, signal });
  terminal.write(`${point.id}: ${outcome(record)}.\n`);
  await publish(out);
  if (record.status === "stopped" && timeIsUp.aborted) await queueAgain(terminal);
  return { ok: 0, failed: 1, stopped: 130 }[record.status];
}

async function queueAgain(terminal: Surroundings["terminal"]): Promise<void> {
  const { SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_RESTART_COUNT = "0" } = process.env;
  if (SLURM_ARRAY_JOB_ID === undefined) return;
  if (Number(SLURM_RESTART_COUNT) >= mostRestarts) {
    terminal.write(`The time was over ${mostRestarts} times: not queued again.\n`);
    return;
  }
  terminal.write("The time is over before the run is done: queued again.\n");
  await requeue(`${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}`);
}
