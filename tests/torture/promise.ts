import type { Rng } from "../../lib/random";

/** One thing that the library promises, and how it is put to the test in many rounds. */
export interface Promised {
  /** The word for `--only`. */
  readonly name: string;
  /** What a round does, in the plural: "kills at random moments". */
  readonly what: string;
  /** What is promised of each. */
  readonly promise: string;
  /** Rounds of a whole run. */
  readonly rounds: number;
  /** What this machine lacks for it, in a sentence; nothing where it lacks nothing. */
  missing?(): string | undefined;
  /** Prepares a folder, and returns what does one round. */
  prepare(folder: string): Promise<Bench>;
}

interface Bench {
  /** Round `k`; all that is random in it comes from `random`. */
  round(k: number, random: Rng): Promise<Finding>;
  close?(): Promise<void> | void;
}

export interface Finding {
  /** What was not as promised, one line each; none if all was. */
  readonly faults: readonly string[];
  /** Of what kind the round was, to count kinds. */
  readonly kind: string;
}

/** One of several, each equally likely. */
export const pick = <T>(random: Rng, from: readonly T[]): T => from[random.int(from.length)];

/** The lines of an error that are for people: one, without a stack. */
export const firstLine = (error: unknown) =>
  `${error instanceof Error ? `${error.name}: ${error.message}` : error}`.split("\n")[0];
