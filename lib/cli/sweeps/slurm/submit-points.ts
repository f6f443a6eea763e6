import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeFolder } from "../../../files/atomic-write";
import { writeFile } from "../../write-file";
import type { SweepFile } from "../sweep-file";
import { arraysOf, jobName } from "./arrays";
import { submit } from "./client";
import { arrayScript } from "./script";

/** The folder of Slurm's files in a sweep's. */
const slurmFolder = (out: string) => join(out, "slurm");

/** The files of what the tasks of one point have printed, one for each array that it was in. */
export function taskLogs(out: string, point: number): string[] {
  const [{ base, tasks }] = arraysOf([point]);
  let names: string[];
  try {
    names = readdirSync(slurmFolder(out));
  } catch {
    return [];
  }
  const ending = `_${tasks[0]}.out`;
  const own = names.filter((name) => name.startsWith(`array-${base}-`) && name.endsWith(ending));
  return own.sort().map((name) => join(slurmFolder(out), name));
}

/** What `submitPoints` takes. */
export interface Submission {
  readonly root: string;
  readonly out: string;
  readonly sweep: SweepFile;
  /** The numbers of the points. */
  readonly points: readonly number[];
  /** How many tasks of an array run at once, if not as many as Slurm lets. */
  readonly jobs?: number;
}

/**
 * Hands the runs of these points in to Slurm, as the tasks of one array for each thousand. The scripts are in
 * the sweep's folder, and what tasks print comes there.
 * @returns the arrays' job numbers.
 * @throws a one-line error that says what sbatch said.
 */
export async function submitPoints({ root, out, sweep, points, jobs }: Submission): Promise<string[]> {
  const logs = slurmFolder(out);
  makeFolder(logs);
  const ids: string[] = [];
  for (const { base, tasks } of arraysOf(points)) {
    const script = join(logs, `array-${base}.sh`);
    writeFile(
      script,
      arrayScript({
        jobName: jobName(out, base),
        tasks,
        base,
        atOnce: jobs,
        root,
        output: join(logs, `array-${base}`),
        node: process.execPath,
        args: [
          "--import",
          `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`,
          join(root, "lib/cli/sweep.ts"),
          "task",
          sweep.name,
        ],
        options: sweep.slurm ?? { sbatch: [] },
      }),
    );
    ids.push(await submit(script));
  }
  return ids;
}
