import { expected } from "../../../errors";
import type { SlurmOptions } from "./options";

/** What the script of an array is made of. */
export interface ArrayScript {
  readonly jobName: string;
  /** The tasks' numbers, each from 0 to the array's limit. */
  readonly tasks: readonly number[];
  /** What is added to a task's number to have its point's. */
  readonly base: number;
  /** How many tasks run at once, if not as many as Slurm lets. */
  readonly atOnce?: number;
  /** The project's folder. */
  readonly root: string;
  /** The files for what tasks print, but for `-JOB_TASK.out`. */
  readonly output: string;
  /** The program that runs the tasks, and its arguments before a point's number. */
  readonly node: string;
  readonly args: readonly string[];
  readonly options: SlurmOptions;
}

/** How many seconds before a task's time is over it is told to save what it has, if there is time enough. */
const longestNotice = 120;

/** The seconds of notice for a time limit as sbatch has it: `30`, `1:30:00`, `2-12`. */
function noticeSeconds(time: string | undefined): number {
  const [, days, clock] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(time ?? "") ?? [];
  if (clock === undefined) return longestNotice;
  const parts = clock.split(":").map(Number);
  // After days come hours; without them, one number is minutes, and two are minutes and seconds.
  const [hours, minutes = 0, seconds = 0] = days !== undefined || parts.length === 3 ? parts : [0, ...parts];
  const limit = 86_400 * Number(days ?? 0) + 3600 * hours + 60 * minutes + seconds;
  return Math.min(longestNotice, Math.ceil(limit / 4));
}

/**
 * The script that sbatch takes for an array of tasks, each of which runs one point. Before a task's time is
 * over it gets SIGUSR2, saves what it has and has itself queued again. Node.js is the one that submitted
 * the array or, on a machine without that one, the first on the PATH.
 * @throws a one-line error for an option of more than one line.
 */
export function arrayScript(array: ArrayScript): string {
  const { jobName, tasks, base, atOnce, root, output, node, args, options } = array;
  const { sbatch, cpus, ...plain } = options;
  const directives = [
    `--job-name=${quoted(jobName)}`,
    `--array=${taskList(tasks)}${atOnce === undefined ? "" : `%${atOnce}`}`,
    `--chdir=${quoted(root)}`,
    `--output=${quoted(`${output.replaceAll("%", "%%")}-%A_%a.out`)}`,
    "--open-mode=append",
    "--requeue",
    `--signal=B:USR2@${noticeSeconds(options.time)}`,
    ...Object.entries({ ...plain, "cpus-per-task": cpus })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `--${name}=${quoted(`${value}`)}`),
    ...sbatch,
  ];
  const lines = directives.map((directive) => `#SBATCH ${directive}`);
  const broken = directives.find((directive) => /[\r\n]/.test(directive));
  if (broken !== undefined) throw expected("options of sbatch in one line", JSON.stringify(broken));
  const point = base === 0 ? '"$SLURM_ARRAY_TASK_ID"' : `"$((SLURM_ARRAY_TASK_ID + ${base}))"`;
  return `#!/bin/bash
${lines.join("\n")}

node=${shellQuoted(node)}
[ -x "$node" ] || node=node
# One thread for each core that Slurm gives.
export ENGINE_THREADS="\${ENGINE_THREADS:-\${SLURM_CPUS_PER_TASK:-$SLURM_CPUS_ON_NODE}}"
exec "$node" ${args.map(shellQuoted).join(" ")} ${point}
`;
}

/** The tasks as sbatch takes them: `0-3,7`. */
export function taskList(tasks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const task of [...tasks].sort((a, b) => a - b)) {
    const last = runs[runs.length - 1];
    if (last && task === last[1] + 1) last[1] = task;
    else runs.push([task, task]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

/** A value in an #SBATCH line. */
const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** A word for the shell. */
const shellQuoted = (text: string) =>
  /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
