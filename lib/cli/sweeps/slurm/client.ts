import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UsageError } from "../../../errors";

/** One task of an array in Slurm's queue. */
export interface QueuedTask {
  /** The array's job. */
  readonly job: string;
  readonly jobName: string;
  /** Its number in the array. */
  readonly task: number;
  /** As squeue has it: PENDING, RUNNING, … */
  readonly state: string;
  /** Why it is pending. */
  readonly reason: string;
}

/**
 * Hands a script in to Slurm.
 * @returns the job's number.
 * @throws a one-line error that says what sbatch said.
 */
export async function submit(script: string): Promise<string> {
  const out = await slurm("sbatch", ["--parsable", script]);
  // With several clusters, the cluster's name follows.
  return out.trim().split(";")[0];
}

/**
 * The tasks of arrays of these names that are pending or running.
 * @throws a one-line error that says what squeue said.
 */
export async function queuedTasks(jobNames: readonly string[]): Promise<QueuedTask[]> {
  const format = "%F|%j|%K|%T|%r";
  const args = ["--array", "--all", "--noheader", `--name=${jobNames.join(",")}`, `--format=${format}`];
  const out = await slurm("squeue", args);
  return out.split("\n").flatMap((line) => {
    const [job, jobName, task, state, reason] = line.trim().split("|");
    return /^\d+$/.test(task ?? "") ? [{ job, jobName, task: Number(task), state, reason }] : [];
  });
}

/** @throws a one-line error that says what scancel said. */
export async function cancelJobs(jobs: readonly string[]): Promise<void> {
  await slurm("scancel", jobs);
}

/** Has a running task stopped, and queued again. */
export async function requeue(job: string): Promise<void> {
  await slurm("scontrol", ["requeue", job]);
}

const run = promisify(execFile);

async function slurm(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, [...args], { maxBuffer: 2 ** 28 })).stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === "ENOENT") {
      throw new UsageError(
        `There is no ${program} on the PATH: start the command on a machine of a Slurm cluster.`,
      );
    }
    const lines = stderr.split("\n").map((line) => line.replace(/^\w+: (?:error: )?/, "").trim());
    const said = lines.filter((line) => line !== "").join("; ");
    throw new UsageError(
      `Slurm's ${program} failed: ${(said || message.split("\n")[0]).replace(/\.$/, "")}.`,
    );
  }
}
