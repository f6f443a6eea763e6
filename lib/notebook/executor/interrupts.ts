import { Interrupted } from "./cell-error";
import type { Run } from "./run";
import { isTranspilerEnd } from "./transpiler";

/** Milliseconds that work which reports progress has to save what it has. */
const patience = 10_000;

const waiting = "Interrupted; waiting for the running step to end. Interrupt again to stop at once.\n";

/**
 * Asks the work of a run to stop, and fails the run: at once where this was asked before or no progress was
 * reported lately, else after {@link patience}.
 */
export function interruptRun(run: Run): void {
  const again = run.interrupted || run.brokenOff !== undefined;
  run.interrupted = run.stopping = true;
  const later = (delay: number, act: () => void) =>
    setTimeout(() => {
      if (!run.ended) act();
    }, delay).unref();
  const fail = () => run.fail(new Interrupted());
  if (again || !reportsProgress(run)) {
    fail();
  } else {
    later(1000, () => run.send({ type: "stream", name: "stderr", text: waiting }));
    later(patience, fail);
  }
}

/**
 * Whether the synchronous code of a run, whose stack is given, is to be broken off now; else it is asked to
 * stop.
 */
export function breakOffRun(run: Run, stack: string, again: boolean): boolean {
  if (again || run.interrupted || !reportsProgress(run)) {
    run.brokenOff = stack;
    return true;
  }
  run.spared = run.stopping = true;
  return false;
}

const reportsProgress = (run: Run) => performance.now() - run.reportedAt <= patience;

/** What a cell failed by: an interrupt, too, where its work ended by itself because it was told to stop. */
export function asInterruption(run: Run, thrown: unknown): unknown {
  try {
    // An interrupt may reach the compiler first.
    if (isTranspilerEnd(thrown))
      return new Interrupted("The compiler of imports was ended. Run the cell again.");
    if (!(run.interrupted || run.spared) || !run.told || !(thrown instanceof Error)) return thrown;
    // What ends a run in good order says all in its message.
    return new Interrupted(thrown.message, thrown.name === "AbortError" ? undefined : { cause: thrown });
  } catch {
    // What was thrown is a proxy that can't be read.
    return thrown;
  }
}
