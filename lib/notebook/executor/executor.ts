import { AsyncLocalStorage } from "node:async_hooks";
import { allShown } from "../pending";
import { CellCompiler } from "./cell-compiler";
import { Interrupted, runFailure } from "./cell-error";
import { CellScripts } from "./cell-scripts";
import type { Explanation } from "./explain";
import { asInterruption, breakOffRun, interruptRun } from "./interrupts";
import type { Failure, Output } from "./output";
import { takeOverProcess } from "./own-process";
import { moduleLocator, type Place } from "./positions";
import { beginRun, Refused, type Run } from "./run";
import { restartTranspiler } from "./transpiler";
import { shownValue } from "./value";

/** Compiles and runs the cells of one notebook, in order, in this process. */
export interface Executor {
  /** How many cells were run. */
  readonly count: number;
  /**
   * Runs a cell to its end, with all that it shows. Resolves to the failure, which was also sent to `send`,
   * or to nothing when the cell succeeded. One cell at a time.
   */
  execute(source: string, send: (output: Output) => void): Promise<Failure | undefined>;
  /** The value of a variable of the notebook. */
  valueOf(name: string): unknown;
  /**
   * Asks the running cell to stop by itself: `progress` returns "stop" to its work, which saves what it has.
   * A cell that reports no progress goes on.
   */
  requestStop(): void;
  /**
   * Requests a stop, and fails the running cell. Work that has lately reported progress is given some
   * seconds to save what it has, unless this is called again; other cells fail at once. Work that goes on all
   * the same fails when it next shows something.
   */
  interrupt(): void;
  /**
   * Called in the midst of synchronous code, whose stack is given, while an interrupt waits for it to end.
   * Whether it is to be broken off: a cell's code is, unless it has lately reported progress and this is the
   * first interrupt; the notebook's own is not.
   */
  breakOff(stack: string, again: boolean): boolean;
  /** What is known of the name, or else of the call, at an offset of a cell not yet run. */
  inspect: (source: string, offset: number) => Explanation | undefined;
  /** Completions at an offset of a cell not yet run. */
  complete: (source: string, offset: number) => { start: number; end: number; candidates: string[] };
  /** Stops watching files. */
  close(): void;
}

/**
 * Makes an executor for the project at `root`, which becomes the current directory. It takes over this
 * process's standard streams, uncaught exceptions and unhandled rejections, so a process has one executor.
 *
 * When `interactive`, edits of the project's files are picked up when a later cell imports them.
 */
export function createExecutor(options: { root: string; interactive: boolean }): Executor {
  const { root, interactive } = options;
  process.chdir(root);
  const compiler = new CellCompiler(options);
  const scripts = new CellScripts(root);
  const runs = new AsyncLocalStorage<Run>();
  let count = 0;
  let current: Run | undefined;
  let latest: Run | undefined;
  const release = takeOverProcess(() => runs.getStore() ?? current ?? latest);

  async function evaluate(run: Run): Promise<void> {
    const code = await compiler.compile(run.cell, (text) =>
      run.send({ type: "stream", name: "stderr", text }),
    );
    if (interactive) {
      // Before it runs, an interrupt that came meanwhile is heard.
      await messagesHandled();
      if (run.interrupted) throw new Interrupted();
    }
    run.locate = moduleLocator(code.maps);
    const reached = (place: Place) => {
      run.at = place;
    };
    await runs.run(run, () => scripts.run(count, { label: run.cell.label, code }, reached));
    compiler.declare(code);
    if (code.lastExpression === undefined) return;
    const value = await (scripts.values[code.lastExpression] as unknown);
    delete scripts.values[code.lastExpression];
    if (value !== undefined && !run.over) run.send({ type: "result", ...(await shownValue(value)) });
  }

  async function execute(source: string, send: (output: Output) => void): Promise<Failure | undefined> {
    if (current) throw new Error("A cell is still running.");
    count++;
    const run = beginRun({ label: `cell ${count}`, source, root, locate: scripts.locate }, send);
    current = latest = run;
    const startTime = Date.now();
    let failure: Failure | undefined;
    try {
      const work = (async () => {
        await evaluate(run);
        await allShown();
        // Rejections that nobody handles are reported, and immediates run, before the cell counts as done.
        await new Promise((resolve) => setImmediate(resolve));
      })();
      work.catch(() => {});
      await Promise.race([work, run.failed]);
    } catch (thrown) {
      failure =
        thrown instanceof Refused ? thrown.failure : runFailure(run.cell, asInterruption(run, thrown));
      // What is left of it stops when it next shows something.
      run.over = true;
      send(failure);
    } finally {
      current = undefined;
      run.ended = true;
      compiler.cellEnded({ startTime, interrupted: run.interrupted });
    }
    return failure;
  }

  return {
    get count() {
      return count;
    },
    execute,
    valueOf: (name) => scripts.values[name],
    requestStop() {
      if (current) current.stopping = true;
    },
    interrupt() {
      restartTranspiler();
      if (current) interruptRun(current);
    },
    breakOff(stack, again) {
      if (compiler.busy) return false;
      return current ? breakOffRun(current, stack, again) : true;
    },
    inspect: (source, offset) => compiler.inspect(source, offset),
    complete: (source, offset) => compiler.complete(source, offset),
    close() {
      compiler.close();
      release();
    },
  };
}

/** Waits until messages that have come are handled: the event loop looks for them between two immediates. */
async function messagesHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
