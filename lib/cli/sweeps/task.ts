import { hostname } from "node:os";
import { expected } from "../../errors";
import { selectNotebooks } from "../notebook-files";
import type { Surroundings } from "../reproduction";
import { readRun } from "../runs/list-runs";
import { pageWriter } from "./pages";
import { outcome, runPoint } from "./run-point";
import { requeue } from "./slurm/client";
import { pointFolder, readSweep, sweepFolder } from "./sweep-file";

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
 * Runs one point of a sweep, as a task of Slurm does. If its time is up before the run is done, what it has is
 * saved, and the task is queued again.
 * @returns the exit code: 0; 1 if the run failed; 130 if it was stopped.
 * @throws a one-line error when there is no such point, or a file can't be written.
 */
export async function runTask({ name, index, timeIsUp }: Task, surroundings: Surroundings): Promise<number> {
  const { root, terminal } = surroundings;
  const out = sweepFolder(root, name);
  const sweep = readSweep(root, name);
  const point = sweep.points[index];
  if (!point) throw expected(`a point from 0 to ${sweep.points.length - 1} of ${name}`, `${index}`);
  const before = readRun(pointFolder(out, point));
  if (before?.status === "ok") {
    terminal.write(`${point.id}: done before.\n`);
    return 0;
  }
  // A process of another machine is the one of a task that Slurm has taken back, or the node was lost.
  if (before?.status === "running" && before.host === hostname()) {
    terminal.write(`${point.id}: process ${before.pid} is running it.\n`);
    return 0;
  }
  const folder = root;
  const [file] = selectNotebooks({ folder, paths: [sweep.notebook], only: [], from: [root] }).files;
  const signal = AbortSignal.any([surroundings.signal, timeIsUp]);
  terminal.write(`${point.id}: started${before ? " again" : ""} on ${hostname()}.\n`);
  const { record } = await runPoint({ root, out, sweep, point, file, signal });
  terminal.write(`${point.id}: ${outcome(record)}.\n`);
  const pages = pageWriter(root, out);
  await pages.close();
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
