import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest, UsageError } from "../../errors";
import type { ParameterValue } from "../../notebook/parameters";
import type { TimeLimits } from "../../notebook/runner/time-limits";
import { writeFile } from "../write-file";
import type { ExecutorName } from "./options";
import type { Point, SweepPoints, Values } from "./points";
import type { SlurmOptions } from "./slurm/options";

/** The content of `sweep.json` in a sweep's folder. */
export interface SweepFile {
  readonly format: 1;
  readonly name: string;
  /** The notebook's file: relative to the project if it is inside, with forward slashes. */
  readonly notebook: string;
  /** The values of each parameter in which points differ, in the order in which they were given. */
  readonly grid: Readonly<Record<string, readonly ParameterValue[]>>;
  /** What all points have in common. */
  readonly common: Values;
  /** Where runs were made last. */
  readonly executor: ExecutorName;
  /** What sbatch was asked for last, if runs were ever made there. */
  readonly slurm?: SlurmOptions;
  /** The longest that one run and each of its cells may take. */
  readonly limits?: TimeLimits;
  /** The place of a point in this list is its number, and never changes. */
  readonly points: readonly Point[];
  /** When it was first started, in ISO 8601. */
  readonly created: string;
}

/** The folder of all sweeps in the project at `root`. */
const sweepsFolder = (root: string) => join(root, "reports", "sweeps");

/** The folder of a sweep, which is an OUT of its own. */
export const sweepFolder = (root: string, name: string) => join(sweepsFolder(root), name);

/** The folder of a point's run. */
export const pointFolder = (out: string, point: Point) => join(out, "runs", point.id);

/** The name of a sweep that was given none: the notebook's, and a hash of what is run. */
export function defaultName(notebook: string, { points, common }: SweepPoints): string {
  const content = [points.map(({ values }) => values), common];
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  return `${notebook}-${hash.slice(0, 6)}`;
}

/** The sweep of this name, or nothing when there is none. */
export function readSweepIfAny(root: string, name: string): SweepFile | undefined {
  try {
    const file = JSON.parse(readFileSync(join(sweepFolder(root, name), "sweep.json"), "utf8")) as SweepFile;
    return file.format === 1 && Array.isArray(file.points) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** @throws a one-line error that names the nearest when there is none of this name. */
export function readSweep(root: string, name: string): SweepFile {
  const found = readSweepIfAny(root, name);
  if (found) return found;
  const names = sweepNames(root);
  if (names.length === 0) throw new UsageError(`There is no sweep "${name}", nor any other.`);
  const near = nearest(name, names) ?? names.find((one) => one.startsWith(name));
  const advice = near ? `Did you mean ${near}?` : "See all: npm run sweep -- list";
  throw new UsageError(`There is no sweep "${name}". ${advice}`);
}

/** The names of all sweeps of a project, in their order. */
export function sweepNames(root: string): string[] {
  try {
    return readdirSync(sweepsFolder(root))
      .filter((name) => readSweepIfAny(root, name))
      .sort();
  } catch {
    return [];
  }
}

/** @throws a one-line error when it can't be written. */
export function writeSweep(root: string, file: SweepFile): void {
  writeFile(join(sweepFolder(root, file.name), "sweep.json"), `${JSON.stringify(file, null, 2)}\n`);
}

/**
 * The sweep that a command asks for, joined with an earlier one of its name: the points of both, those of the
 * earlier first.
 * @throws a one-line error when the earlier one is of another notebook, or has other values in common.
 */
export function joined(earlier: SweepFile | undefined, asked: SweepFile): SweepFile {
  if (!earlier) return asked;
  const { name } = asked;
  const advice = "Choose another --name.";
  if (earlier.notebook !== asked.notebook) {
    throw new UsageError(
      `The sweep ${name} is one of ${earlier.notebook}, not of ${asked.notebook}. ${advice}`,
    );
  }
  for (const key of new Set([...Object.keys(earlier.common), ...Object.keys(asked.common)])) {
    const [before, now] = [earlier.common[key], asked.common[key]].map((value) => JSON.stringify(value));
    if (before === now) continue;
    const values = `${key} = ${before ?? "its default"} in common, not ${now ?? "its default"}`;
    throw new UsageError(`The points of the sweep ${name} have ${values}. ${advice}`);
  }
  const known = new Set(earlier.points.map(({ id }) => id));
  const points = [...earlier.points, ...asked.points.filter(({ id }) => !known.has(id))];
  // Tasks of an earlier command may still be in Slurm's queue.
  const slurm = asked.slurm ?? earlier.slurm;
  return { ...asked, ...(slurm && { slurm }), points, grid: gridOf(points), created: earlier.created };
}

/** The values of each parameter in which points differ. */
export function gridOf(points: readonly Point[]): Record<string, readonly ParameterValue[]> {
  const grid: Record<string, ParameterValue[]> = {};
  for (const { values } of points) {
    for (const [name, value] of Object.entries(values)) {
      grid[name] ??= [];
      const text = JSON.stringify(value);
      if (!grid[name].some((one) => JSON.stringify(one) === text)) grid[name].push(value);
    }
  }
  return grid;
}
