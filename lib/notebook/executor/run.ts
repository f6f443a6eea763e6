import { type FailedCell, runFailure } from "./cell-error";
import type { Failure, Output } from "./output";
import type { Locate, Place } from "./positions";

/** One run of a cell, from its start to the end of all that it has started. */
export interface Run {
  readonly cell: FailedCell;
  readonly send: (output: Output) => void;
  /** Fails it from outside; what it throws after its end is only shown. */
  fail(thrown: unknown): void;
  /** Rejects when it is failed from outside. */
  readonly failed: Promise<never>;
  /** Whether it has come to its end, well or not. */
  ended: boolean;
  /** Whether it failed, though code that it started may go on. */
  over: boolean;
  /** Whether its work has been asked to stop. */
  stopping: boolean;
  /** Whether it was interrupted. */
  interrupted: boolean;
  /** Whether its work has heard that it should stop. */
  told: boolean;
  /**
   * The statement that it has come to, in the module that it was compiled to; how it is found in the cell.
   */
  at?: Place;
  locate?: Locate;
  /** When its work last reported progress, by `performance.now()`. */
  reportedAt: number;
  /** Whether its synchronous code was asked to stop, and not broken off. */
  spared: boolean;
  /** The stack of its synchronous code that was broken off. */
  brokenOff?: string;
}

/** A run that begins now. */
export function beginRun(
  cell: Pick<FailedCell, "label" | "source" | "root" | "locate">,
  send: (output: Output) => void,
): Run {
  let reject: (thrown: unknown) => void = () => {};
  const failed = new Promise<never>((_, rejectIt) => {
    reject = rejectIt;
  });
  failed.catch(() => {});
  const run: Run = {
    cell: {
      ...cell,
      reached: () => run.at && run.locate?.(run.at.line, run.at.column),
      brokenOff: () => run.brokenOff,
    },
    send,
    fail(thrown) {
      if (run.ended) send(runFailure(run.cell, thrown));
      else reject(thrown);
    },
    failed,
    ended: false,
    over: false,
    stopping: false,
    interrupted: false,
    told: false,
    spared: false,
    reportedAt: Number.NEGATIVE_INFINITY,
  };
  return run;
}

/** Thrown in place of running a cell that can't be. */
export class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.evalue);
  }
}
