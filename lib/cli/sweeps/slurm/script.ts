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

/** How many seconds before a task's time is over it is told to save what it has. */
export const noticeSeconds = 120;

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
    `--signal=B:USR2@${noticeSeconds}`,
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
