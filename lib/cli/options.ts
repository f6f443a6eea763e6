import { choose, expected, UsageError } from "../errors";
import { type Scale, scales } from "../notebook/scale";
import { parseArguments } from "./arguments";

/** The options of `npm run reproduce`. */
export interface Options {
  readonly help: boolean;
  readonly scale: Scale;
  /** Numbers or names of notebooks; empty for all. */
  readonly only: readonly string[];
  /** Where reports go, as given. */
  readonly out: string;
  readonly seed?: number;
  /** Other parameters by name, as given. */
  readonly set: Readonly<Record<string, string>>;
  readonly save: boolean;
  /** Whether the types of all cells are checked before the first runs. */
  readonly check: boolean;
}

export const help = `Runs the notebooks and writes a report of each.

npm run reproduce -- [options]

  --scale SCALE      quick (default): minutes; small: trustworthy results; paper: the paper's sizes
  --only LIST        only these notebooks, by number or name, as in --only 02,04
  --out DIR          where reports go (default: reports)
  --seed N           the seed of the notebooks that declare one
  --set NAME=VALUE   the value of any other parameter that a notebook declares; may be repeated
  --no-check         do not check the types of all cells before the first one runs
  --save             also write the executed notebooks back to notebooks/
  --help             this text

To go on with an interrupted run, give the same command again: notebooks that are done are not run again,
the others resume from their checkpoints.`;

const definitions = {
  scale: { type: "string", default: "quick" },
  only: { type: "string", multiple: true },
  out: { type: "string", default: "reports" },
  seed: { type: "string" },
  set: { type: "string", multiple: true },
  save: { type: "boolean", default: false },
  "no-check": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Parses the command line.
 * @throws a one-line error for anything that it does not understand.
 */
export function parseOptions(args: readonly string[]): Options {
  const {
    scale,
    only = [],
    out,
    seed,
    set = [],
    save,
    help,
    "no-check": unchecked,
  } = parseArguments(args, definitions, "To choose notebooks, use --only.");
  if (out === "") throw expected("a folder after --out", "nothing");
  return {
    help,
    scale: choose("--scale", scale, Object.fromEntries(scales.map((name) => [name, name]))),
    only: only
      .flatMap((list) => list.split(","))
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    out,
    seed: seed === undefined ? undefined : parseSeed(seed),
    set: Object.fromEntries(set.map(parseAssignment)),
    save,
    check: !unchecked,
  };
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(seed) || seed < 0) {
    throw expected("a whole number from 0 up after --seed", `"${text}"`);
  }
  return seed;
}

function parseAssignment(text: string): [name: string, value: string] {
  const assignment = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text);
  if (!assignment) throw expected("NAME=VALUE after --set", `"${text}"`);
  const [, name, value] = assignment;
  for (const option of ["scale", "seed"]) {
    if (name === option) throw new UsageError(`Use --${option} ${value} instead of --set ${text}.`);
  }
  return [name, value];
}
