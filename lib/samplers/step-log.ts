import type { StepProgress } from "./trajectory";

/** A step that a solver accepted. */
export interface LoggedStep {
  /** Where it began in time. */
  readonly from: number;
  /** Where it ended in time; before `from` in a solve backwards. */
  readonly to: number;
  /** The first sample of the batch that took it. */
  readonly first: number;
}

/** What a solver did: give `onStep` to it, and read `steps` when it is done. */
export interface StepLog {
  /** The steps so far, in the order in which they were taken. */
  readonly steps: readonly LoggedStep[];
  /** To be called after each step that was accepted. */
  onStep(progress: StepProgress): void;
}

/**
 * Notes the steps of a solve: where in time an adaptive method works hard. Each batch has steps of its own.
 *
 * @example
 * const log = stepLog();
 * await solveOde(b, atBase(pairs), { method: dopri5({ rtol: 1e-3, atol: 1e-3 }), onStep: log.onStep });
 * log.steps.map(({ from, to }) => to - from); // their lengths, which sum to 1
 */
export function stepLog(): StepLog {
  const steps: LoggedStep[] = [];
  return Object.freeze({
    steps,
    onStep({ from, t, done }: StepProgress) {
      steps.push(Object.freeze({ from, to: t, first: done }));
    },
  });
}
