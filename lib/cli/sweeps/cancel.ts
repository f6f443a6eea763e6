import type { Surroundings } from "../reproduction";
import { queueOf } from "./queue";
import { cancelJobs } from "./slurm/client";
import { pointStates } from "./states";
import { requestStop } from "./stop-requests";
import { readSweep, sweepFolder } from "./sweep-file";
import { pointsText } from "./words";

/**
 * Ends what runs of a sweep, and takes what is queued out of the queue. Runs save what they have.
 * @throws a one-line error when there is no such sweep, or Slurm can't be asked.
 */
export async function cancelSweep(name: string, { root, terminal }: Surroundings): Promise<number> {
  const sweep = readSweep(root, name);
  const out = sweepFolder(root, name);
  const { queue } = await queueOf(out, sweep, true);
  const tasks = [...(queue?.values() ?? [])];
  const jobs = [...new Set(tasks.map(({ job }) => job))];
  if (jobs.length > 0) {
    await cancelJobs(jobs);
    const words = `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"} of Slurm's job ${jobs.join(", ")}`;
    terminal.write(`Cancelled ${words}: those that run save what they have.\n`);
  }
  const here = pointStates(out, sweep, queue).filter(({ state, task }) => state === "running" && !task);
  if (here.length > 0) {
    requestStop(out);
    const where = [...new Set(here.map(({ run }) => run?.host))].join(", ");
    terminal.write(`Asked the command that runs ${pointsText(here.length)} on ${where} to stop.\n`);
  }
  if (jobs.length === 0 && here.length === 0) terminal.write(`Nothing of ${name} is running or queued.\n`);
  return 0;
}
