import { existsSync } from "node:fs";
import { UsageError } from "../errors";
import type { Keeper } from "./keeper";

/** What a run says that was stopped. */
export function stopMessage(name: string, step: number, steps: number, { path }: Keeper): string {
  const advice = path
    ? `Run it again with the same options to go on from ${path}.`
    : "What it has learned is lost: pass a path as checkpoint, or a name as keepAs, and it will go on when " +
      "it is run again.";
  return `${name} was stopped after ${step} of ${steps} steps. ${advice}`;
}

/** A run's numbers went wrong. Its parts say what and where, without the advice. */
export class NotFiniteError extends UsageError {
  /** The step of the last checkpoint; 0 where there is none. */
  readonly saved: number;

  constructor(fact: string, advice: string, saved: number) {
    super(`${fact} ${advice}`, { parts: { fact, advice: [[advice]] } });
    this.saved = saved;
  }
}

/** The error of a run whose numbers went wrong: what, where, how to go on. */
export function notFinite({
  name,
  what,
  step,
  keeper: { path, fixed },
  saved,
  about = [],
}: {
  readonly name: string;
  readonly what: "loss" | "gradient" | "state";
  readonly step: number;
  readonly keeper: Keeper;
  /** The step of the last checkpoint; 0 where there is none. */
  readonly saved: number;
  readonly about?: readonly (string | undefined)[];
}): NotFiniteError {
  // A branch that has saved nothing yet stands at its origin's checkpoint.
  const kept = path !== undefined && existsSync(path) ? saved : 0;
  const good = kept > 0 ? `the last good checkpoint is ${path} at step ${kept}` : undefined;
  const facts = [...about, good].filter(Boolean).join("; ");
  const fault =
    what === "state"
      ? `The parameters of ${name}, or its optimizer's state, are not finite after step ${step}`
      : `The ${what} of ${name} is not finite at step ${step}`;
  const anew =
    good && fixed
      ? " Other options need a checkpoint of their own: pass another path, or delete the file. " +
        `With branchFrom: ${JSON.stringify(path)} and another path, the run goes on from there.`
      : "";
  return new NotFiniteError(
    `${fault}${facts && ` (${facts})`}.`,
    `Try a lower learning rate, a lower clipNorm such as 1, or times further from 0 and 1.${anew}`,
    kept,
  );
}
