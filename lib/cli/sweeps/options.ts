import { choose, expected, nearest, UsageError } from "../../errors";
import type { TimeLimits } from "../../notebook/runner/time-limits";
import { scales } from "../../notebook/scale";
import { parseMixed } from "../arguments";
import { exitCodesHelp } from "../exit-codes";
import { assignments, checkSeed, numberAfter } from "../options";
import { limitDefinitions, limitsHelp, timeLimits } from "../time-limits";
import { parseBytes } from "./shares";
import type { SlurmOptions } from "./slurm/options";

/** Where the runs of a sweep are made. */
export type ExecutorName = "local" | "slurm";

/** The options of a command that starts a sweep, or goes on with it. */
export interface StartOptions {
  readonly action: "start";
  /** The notebook's path, number or name, as given. */
  readonly notebook: string;
  /** Texts of values by the parameters' names. */
  readonly grid: Readonly<Record<string, string>>;
  /** A file of points, as given. */
  readonly points?: string;
  readonly random?: number;
  /** Parameters by name, as given. */
  readonly set: Readonly<Record<string, string>>;
  readonly params?: string;
  readonly name?: string;
  readonly executor: ExecutorName;
  /** How many runs go on at once, if not as many as fit. */
  readonly jobs?: number;
  /** What one run needs, if it isn't to be measured. */
  readonly memoryBytes?: number;
  /** The longest that one run and each of its cells may take. */
  readonly limits: TimeLimits;
  readonly check: boolean;
  readonly dryRun: boolean;
  /** Whether the command waits for Slurm's tasks to end. */
  readonly wait: boolean;
  readonly slurm: SlurmOptions;
}

/** What a command line of `npm run sweep` asks for. */
export type SweepCommand =
  | StartOptions
  | { readonly action: "help" | "list" }
  | { readonly action: "status" | "cancel"; readonly name: string }
  | { readonly action: "logs"; readonly name: string; readonly point?: string }
  | { readonly action: "task"; readonly name: string; readonly index: number };

export const help = `Runs one notebook once for each point of a grid of its parameters.

npm run sweep -- NOTEBOOK --grid NAME=VALUES [NAME=VALUES ...] [options]
npm run sweep -- list | status NAME | logs NAME [POINT] | cancel NAME

  --grid kind=a,b seed=0..4   values by commas, ranges 0..4 or 0.1..0.5:0.1; all their combinations are run
  --points FILE      points one by one from a .csv file with names in its first line, or a .json list
  --random N         only N of the points, drawn at random; always the same ones
  --set NAME=VALUE   a value that all points have in common; may be repeated; also --scale, --seed
  --params FILE      such values from a .yaml or .json file
  --name NAME        the sweep's name (default: the notebook's, and a hash of the points)
  --dry-run          print the points, and run nothing
  --no-check         do not check the types of all cells before the first run
${limitsHelp("run")}
  --executor WHERE   local (default) or slurm
  --jobs N           how many runs go on at once (default: as many as there are cores, if memory lasts;
                     with Slurm, as many as it lets)
  --memory SIZE      what one run needs, as 3G (default: as measured in the first ones)

With --executor slurm, each run is a task of an array:

  --partition P  --time T  --gres G  --mem M  --cpus N  --account A  --constraint C
                     as sbatch has them, --cpus as its --cpus-per-task
  --sbatch "OPTIONS" any other options of sbatch; may be repeated
  --wait             wait for the tasks, and print the table of results

All of a sweep is in reports/sweeps/NAME. To go on with one that was interrupted, or to run again what has
failed, give the same command again: only what is missing is run. To compare its runs:
npm run compare -- reports/sweeps/NAME

${exitCodesHelp}`;

const definitions = {
  grid: { type: "string", multiple: true },
  points: { type: "string" },
  random: { type: "string" },
  set: { type: "string", multiple: true },
  scale: { type: "string" },
  seed: { type: "string" },
  params: { type: "string" },
  name: { type: "string" },
  executor: { type: "string", default: "local" },
  jobs: { type: "string" },
  memory: { type: "string" },
  ...limitDefinitions,
  "no-check": { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  wait: { type: "boolean", default: false },
  partition: { type: "string" },
  time: { type: "string" },
  gres: { type: "string" },
  mem: { type: "string" },
  cpus: { type: "string" },
  account: { type: "string" },
  constraint: { type: "string" },
  sbatch: { type: "string", multiple: true },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Parses the command line of `npm run sweep`.
 * @throws a one-line error for anything that it does not understand.
 */
export function parseSweepCommand(args: readonly string[]): SweepCommand {
  const { values, positionals } = parseMixed(joinedSbatch(args), definitions);
  if (values.help || args.length === 0) return { action: "help" };
  const [first, ...rest] = positionals;
  if (actions.includes(first)) {
    const options = Object.keys(values).filter((name) =>
      args.some((arg) => arg.split("=")[0] === `--${name}`),
    );
    if (options.length > 0) throw expected(`no option after ${first}`, `--${options[0]}`);
    return actionOf(first, rest);
  }
  return startOptions(values, positionals);
}

/** Options of sbatch begin with a dash, which an option's value otherwise has only after "=". */
const joinedSbatch = (args: readonly string[]): string[] =>
  args.flatMap((arg, k) => {
    if (args[k - 1] === "--sbatch") return [];
    return [arg === "--sbatch" && k + 1 < args.length ? `--sbatch=${args[k + 1]}` : arg];
  });

const actions = ["list", "status", "cancel", "logs", "task"];

function actionOf(action: string, words: readonly string[]): SweepCommand {
  const most = { list: 0, logs: 2, task: 2 }[action] ?? 1;
  if (words.length > most) throw expected(`at most ${most} words after ${action}`, `"${words.join(" ")}"`);
  if (action === "list") return { action };
  const [name, second] = words;
  if (name === undefined) {
    throw expected(`the name of a sweep after ${action}`, "none", "See all: npm run sweep -- list");
  }
  if (action === "logs") return { action, name, point: second };
  if (action !== "task") return { action: action as "status" | "cancel", name };
  const index = Number(second);
  if (!/^\d+$/.test(second ?? "")) throw expected("a point's number after the sweep's name", `"${second}"`);
  return { action, name, index };
}

type Given = ReturnType<typeof parseMixed<typeof definitions>>["values"];

function startOptions(values: Given, positionals: readonly string[]): StartOptions {
  const isAxis = (word: string) => /^[A-Za-z_$][\w$]*=/.test(word) && !word.endsWith(".ipynb");
  const { grid: first = [], points, random, scale, seed, set = [], name, jobs, memory } = values;
  const notebooks = positionals.filter((word) => !isAxis(word));
  const axes = [...first, ...positionals.filter(isAxis)];
  if (notebooks.length !== 1) {
    const received = notebooks.length === 0 ? "none" : notebooks.map((word) => `"${word}"`).join(" and ");
    const near = notebooks.length > 1 && nearest(notebooks[0], actions);
    throw expected("one notebook", received, near ? `Did you mean ${near}?` : "See --help.");
  }
  if (first.length === 0 && axes.length > 0) throw expected("--grid before its values", `"${axes[0]}"`);
  if (axes.length > 0 === (points !== undefined)) {
    const received = axes.length > 0 ? "both" : "neither";
    throw expected("either --grid NAME=VALUES … or --points FILE", received, "See --help.");
  }
  if (scale !== undefined) choose("--scale", scale, Object.fromEntries(scales.map((one) => [one, one])));
  if (seed !== undefined) checkSeed(seed);
  if (name !== undefined) checkName(name);
  const executors = { local: "local", slurm: "slurm" } as const;
  const executor = choose("--executor", values.executor, executors);
  const slurm = slurmOptions(values);
  if (executor === "local") {
    const [option] = [...Object.keys(slurm).filter((one) => one !== "sbatch" || slurm.sbatch.length > 0)];
    if (option !== undefined || values.wait) {
      throw expected(`--executor slurm with --${option ?? "wait"}`, "no executor, which is local");
    }
  } else if (memory !== undefined) {
    throw expected("--mem with --executor slurm", "--memory", "That one is for runs on this machine.");
  }
  return {
    action: "start",
    notebook: notebooks[0],
    grid: gridOf(axes),
    points,
    random: random === undefined ? undefined : numberAfter("--random", random, true),
    set: assignments({ scale, seed }, set),
    params: values.params,
    name,
    executor,
    jobs: jobs === undefined ? undefined : numberAfter("--jobs", jobs, true),
    memoryBytes: memory === undefined ? undefined : parseBytes(memory),
    limits: timeLimits(values),
    check: !values["no-check"],
    dryRun: values["dry-run"],
    wait: values.wait,
    slurm,
  };
}

function gridOf(axes: readonly string[]): Record<string, string> {
  const grid: Record<string, string> = {};
  for (const axis of axes) {
    const [, name, text] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(axis) ?? [];
    if (name === undefined) throw expected("NAME=VALUES after --grid, as seed=0..4", `"${axis}"`);
    if (Object.hasOwn(grid, name)) throw new UsageError(`Give all values of ${name} at once, by commas.`);
    grid[name] = text;
  }
  return grid;
}

function slurmOptions(values: Given): SlurmOptions {
  const { partition, time, gres, mem, cpus, account, constraint, sbatch = [] } = values;
  const given = { partition, time, gres, mem, cpus, account, constraint };
  if (cpus !== undefined) numberAfter("--cpus", cpus, true);
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(entries), sbatch: sbatch.map((text) => text.trim()) };
}

function checkName(name: string): void {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}._+-]*$/u.test(name) && !actions.includes(name)) return;
  throw expected("a name of letters, digits, dots and dashes after --name", `"${name}"`);
}
