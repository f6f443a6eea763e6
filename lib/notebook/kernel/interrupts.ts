import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** Who hears of interrupts. */
interface Listener {
  /** Called for each interrupt, when the event loop comes to it. */
  interrupt(): void;
  /**
   * Called in the midst of synchronous code that keeps the event loop from that, with its stack. Whether the
   * code is to be broken off.
   * @param again whether the user has asked more than once.
   */
  breakOff(stack: string, again: boolean): boolean;
}

/** Interrupts that are heard of by other ways than signals. */
export interface Interrupts {
  /** How many were asked for, to be added to and notified by threads that hear of one. */
  readonly asked: Int32Array;
  /** Handles the interrupts up to the one with this number, unless they were already. */
  take(number: number): void;
  /** Lets go of those that were not handled yet: what they were meant for has ended. */
  forget(): void;
}

const stages = { none: 0, inquired: 1, granted: 2 };

const breakOffName = "__breakOff__";

/**
 * Hears SIGINT, and asks `listener` whether synchronous code is to be broken off that doesn't end within some
 * hundred milliseconds. What ran is then gone without a trace, `finally` included, and its promise stays
 * pending. Needs Node's option `--expose-internals`; without it, synchronous code runs to its end.
 */
export function hearInterrupts(listener: Listener): Interrupts {
  const [asked, heard, stage] = [0, 1, 2].map(() => new Int32Array(new SharedArrayBuffer(4)));
  const clearAsyncState = asyncStateClearer();
  let handled = 0;
  const settle = () => {
    Atomics.store(heard, 0, handled);
    Atomics.notify(heard, 0);
  };
  const take = (number: number) => {
    for (; handled < number; handled++) listener.interrupt();
    settle();
  };
  const forget = () => {
    handled = Atomics.load(asked, 0);
    settle();
  };

  function breakOff(): void {
    const again = Atomics.load(asked, 0) > handled + 1;
    const stack = stackBelow(breakOff);
    const go = stack !== "" && clearAsyncState !== undefined && listener.breakOff(stack, again);
    if (go) clearAsyncState();
    Atomics.store(stage, 0, go ? stages.granted : stages.none);
    Atomics.notify(stage, 0);
    // Nothing else may run before it is broken off.
    if (go) Atomics.wait(stage, 0, stages.granted, 1000);
  }
  Object.defineProperty(globalThis, breakOffName, { value: breakOff, configurable: true });

  const thread = new Worker(join(__dirname, "interrupt-thread.mjs"), {
    execArgv: [],
    workerData: { asked, heard, stage, stages, breakOff: `${breakOffName}()` },
  });
  thread.unref();
  thread.on("message", take);
  // The thread takes nearly all signals.
  process.on("SIGINT", () => take(Atomics.add(asked, 0, 1) + 1));
  return { asked, take, forget };
}

/** The stack of what the main thread was doing when `caller` was called; empty when it was doing nothing. */
function stackBelow(caller: () => void): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, caller);
  Error.stackTraceLimit = stackTraceLimit;
  // Below the title, the frame of the script that called.
  return (at.stack ?? "").split("\n").slice(2).join("\n");
}

/**
 * What makes Node forget the asynchronous calls that it is in. It takes a call that it has lost count of for
 * a mistake of its own, and ends.
 */
function asyncStateClearer(): (() => void) | undefined {
  try {
    const internals = createRequire(__filename)("internal/async_hooks") as { clearAsyncIdStack(): void };
    return internals.clearAsyncIdStack;
  } catch {
    return undefined;
  }
}
