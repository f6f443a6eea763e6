import { choose, expected, UsageError } from "../errors";
import type { TimeLimits } from "../notebook/runner/time-limits";
import { scales } from "../notebook/scale";
import { parseMixed } from "./arguments";
import { exitCodesHelp } from "./exit-codes";
import { limitDefinitions, limitsHelp, timeLimits } from "./time-limits";

/** The options of `npm run reproduce`. */
export interface Options {
  readonly help: boolean;
  /** Files, folders and patterns of notebooks; empty for the project's own. */
  readonly paths: readonly string[];
  /** Numbers or names of notebooks; empty for all. */
  readonly only: readonly string[];
  /** Whether all of the project's notebooks are meant, not only those that show the paper. */
  readonly all: boolean;
  /** Where reports go, as given. */
  readonly out: string;
  /** Parameters by name, as given; scale and seed are among them. */
  readonly set: Readonly<Record<string, string>>;
  /** A file with the values of more parameters, as given. */
  readonly params?: string;
  /** The longest that a notebook and each of its cells may run. */
  readonly limits: TimeLimits;
  /** How many notebooks run at once. */
  readonly jobs: number;
  readonly save: boolean;
  /** Whether each report is also printed to a PDF. */
  readonly pdf: boolean;
  /** Whether the types of all cells are checked before the first runs. */
  readonly check: boolean;
  /** Whether notebooks run whose results are there. */
  readonly force: boolean;
  /** Whether notebooks are listed, and nothing is run. */
  readonly list: boolean;
  /** Whether runs are listed, and nothing is run. */
  readonly runs: boolean;
  /** How many runs of each notebook are kept; all others are removed, and nothing is run. */
  readonly prune?: number;
}

export const help = `Runs notebooks, those of the project that show the paper unless others are asked for, and writes a report of
each.

npm run reproduce -- [options] [FILE.ipynb | FOLDER | PATTERN ...]

  --scale SCALE      quick (default): minutes; small: trustworthy results; paper: the paper's sizes
  --all              all notebooks of the project
  --only LIST        only these notebooks, by number or name, as in --only 02,07
  --out DIR          where reports go (default: reports)
  --seed N           the seed of the notebooks that declare one
  --set NAME=VALUE   the value of any parameter that a notebook declares; may be repeated
  --params FILE      values of parameters from a .yaml or .json file; those of the command line come first
  --no-check         do not check the types of all cells before the first one runs
${limitsHelp("notebook")}
  --jobs N           how many notebooks run at once (default: 1)
  --save             also write the executed notebooks back to their files
  --pdf              also print each report, by Chromium, Chrome or Edge (CHROME_PATH names another one)
  --force            also run notebooks of which nothing changed since their last run
  --list             list the notebooks with their questions, parameters and times so far, and run nothing
  --runs             list the runs so far, and run nothing; with --only and --out
  --prune N          remove all but the newest N runs of each notebook, and run nothing; with --out
  --help             this text

Notebooks may lie anywhere: they run in the project's folder, so that "./lib" is the library.

Each run has a folder of its own in DIR/runs; DIR/runs.html lists them. A notebook is not run again while its
code, its parameters, lib, the packages and the data sets are those of a complete run. To go on with an
interrupted run, give the same command again: it trains only what it had not trained yet.

${exitCodesHelp}`;

const definitions = {
  scale: { type: "string" },
  all: { type: "boolean", default: false },
  only: { type: "string", multiple: true },
  out: { type: "string", default: "reports" },
  seed: { type: "string" },
  set: { type: "string", multiple: true },
  params: { type: "string" },
  ...limitDefinitions,
  jobs: { type: "string", default: "1" },
  save: { type: "boolean", default: false },
  pdf: { type: "boolean", default: false },
  "no-check": { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  runs: { type: "boolean", default: false },
  prune: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Parses the command line.
 * @throws a one-line error for anything that it does not understand.
 */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseMixed(args, definitions);
  const {
    scale,
    all,
    only = [],
    out,
    seed,
    set = [],
    params,
    jobs,
    save,
    pdf,
    force,
    list,
    runs,
    prune,
    help,
    "no-check": unchecked,
  } = values;
  if (scale !== undefined) choose("--scale", scale, Object.fromEntries(scales.map((name) => [name, name])));
  if (seed !== undefined) checkSeed(seed);
  if (out === "") throw expected("a folder after --out", "nothing");
  return {
    help,
    paths: positionals,
    only: only
      .flatMap((list) => list.split(","))
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    all,
    out,
    set: assignments({ scale, seed }, set),
    params,
    limits: timeLimits(values),
    jobs: numberAfter("--jobs", jobs, true),
    save,
    pdf,
    check: !unchecked,
    force,
    list,
    runs,
    prune: prune === undefined ? undefined : numberAfter("--prune", prune, true),
  };
}

/** @throws a one-line error when the text after an option is not a number above 0, or not a whole one. */
export function numberAfter(option: string, text: string, whole = false): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value > 0 && (!whole || Number.isSafeInteger(value))) return value;
  throw expected(`a ${whole ? "whole number" : "number"} above 0 after ${option}`, `"${text}"`);
}

/** @throws a one-line error when the text after `--seed` is not a seed. */
export function checkSeed(text: string): void {
  const seed = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(seed) || seed < 0) {
    throw expected("a whole number from 0 up after --seed", `"${text}"`);
  }
}

/**
 * The values of `--set NAME=VALUE`, with those of options named after a parameter.
 * @throws a one-line error for another form, or a parameter that is given by both.
 */
export function assignments(
  named: Readonly<Record<"scale" | "seed", string | undefined>>,
  set: readonly string[],
): Record<string, string> {
  const values = Object.fromEntries(set.map(parseAssignment));
  for (const [name, value] of Object.entries(named)) {
    if (value === undefined) continue;
    if (Object.hasOwn(values, name)) {
      throw new UsageError(`Give one of --${name} ${value} and --set ${name}=${values[name]}, not both.`);
    }
    values[name] = value;
  }
  return values;
}

function parseAssignment(text: string): [name: string, value: string] {
  const assignment = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text);
  if (!assignment) throw expected("NAME=VALUE after --set", `"${text}"`);
  const [, name, value] = assignment;
  return [name, value];
}
