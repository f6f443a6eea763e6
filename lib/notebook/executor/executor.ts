import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inspect } from "node:util";
import vm from "node:vm";
import type { Displayable, MimeBundle } from "../../figures/figure";
import { bundleOf } from "../display";
import { setNotebookHost } from "../host";
import { allShown } from "../pending";
import { compileFailure, type FailedCell, Interrupted, runFailure } from "./cell-error";
import { createConverter } from "./converter";
import { FileWatch, LoadedModules } from "./edits";
import type { Failure, Output } from "./output";
import { type Locate, locator } from "./positions";
import { captureStreams } from "./streams";

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
   * Requests a stop, and fails the running cell at once: at its next await, or in the midst of its
   * synchronous code. Work that it started goes on until it reports progress, or fails when it next shows
   * something.
   */
  interrupt(): void;
  /** The type and documentation at an offset of a cell not yet run. */
  inspect: (source: string, offset: number) => import("typescript").QuickInfo | undefined;
  /** Completions at an offset of a cell not yet run. */
  complete: (source: string, offset: number) => { start: number; end: number; candidates: string[] };
  /** Stops watching files. */
  close(): void;
}

interface Run {
  readonly cell: FailedCell;
  readonly send: (output: Output) => void;
  fail(thrown: unknown): void;
  /** Whether it failed, though code that it started may go on. */
  over: boolean;
  /** Whether its work has been asked to stop. */
  stopping: boolean;
}

/**
 * Makes an executor for the project at `root`, which becomes the current directory. It takes over this
 * process's standard streams, uncaught exceptions and unhandled rejections, so a process has one executor.
 *
 * When `interactive`, SIGINT stops a cell's synchronous code, and edits of the project's files are picked up
 * when a later cell imports them.
 */
export function createExecutor(options: { root: string; interactive: boolean }): Executor {
  const { root, interactive } = options;
  process.chdir(root);
  const files = new FileWatch();
  const modules = new LoadedModules(root);
  const newConverter = () => createConverter({ files, docs: interactive });
  let converter = newConverter();
  const cellRequire = createRequire(join(root, "cell.ts"));
  const values: Record<string, unknown> = {};
  const locators = new Map<string, { label: string; locate: Locate }>();
  const runs = new AsyncLocalStorage<Run>();
  let declarations = "";
  let count = 0;
  let current: Run | undefined;
  let latest: Run | undefined;

  const ownRun = () => runs.getStore() ?? current ?? latest;
  const streams = captureStreams((name, text) => ownRun()?.send({ type: "stream", name, text }));
  setNotebookHost({
    display({ data, metadata, transient }, update) {
      const run = ownRun();
      if (run?.over) throw new Interrupted();
      run?.send({
        type: "display",
        data: data ?? {},
        metadata: metadata ?? {},
        displayId: transient?.display_id,
        update,
      });
    },
    stopRequested() {
      const run = ownRun();
      return run !== undefined && (run.over || run.stopping);
    },
  });
  const failRun = (thrown: unknown) => {
    const run = ownRun();
    if (!run?.over) run?.fail(thrown);
  };
  process.on("uncaughtException", failRun);
  process.on("unhandledRejection", failRun);

  const locate = (script: string, line: number, column: number) => {
    const entry = locators.get(script);
    const place = entry?.locate(line, column);
    return entry && place && { label: entry.label, ...place };
  };

  function renewConverter(): void {
    converter.close();
    converter = newConverter();
  }

  async function evaluate(run: Run): Promise<void> {
    const { source } = run.cell;
    if (interactive) {
      files.check();
      modules.forgetEdited();
    }
    const compiled = converter.convert(declarations, source);
    if (compiled.diagnostics.length > 0) {
      // The converter would remember that a module was not there, even when it is.
      if (interactive && compiled.diagnostics.some(({ code }) => code === moduleNotFound)) renewConverter();
      throw new Refused(compileFailure(run.cell, compiled.diagnostics));
    }
    const { output, maps, lastExpression } = compiled;
    const script = `cell-${count}`;
    locators.set(script, { label: run.cell.label, locate: locator(maps, output.split("\n").length) });
    scope.exports = values;
    scope.require = cellRequire;
    await runs.run(run, () =>
      vm.runInThisContext(wrap(output), {
        filename: script,
        lineOffset: -1,
        breakOnSigint: interactive,
      }),
    );
    declarations = compiled.declarations;
    if (lastExpression === undefined) return;
    const value = await (values[lastExpression] as unknown);
    delete values[lastExpression];
    if (value !== undefined && !run.over) run.send({ type: "result", data: await shownAs(value) });
  }

  async function execute(source: string, send: (output: Output) => void): Promise<Failure | undefined> {
    if (current) throw new Error("A cell is still running.");
    count++;
    let failure: Failure | undefined;
    let stop: (thrown: unknown) => void = () => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = reject;
    });
    stopped.catch(() => {});
    const run: Run = {
      cell: { label: `cell ${count}`, source, root, locate },
      send,
      over: false,
      stopping: false,
      fail(thrown) {
        if (current === run) stop(thrown);
        else send(runFailure(run.cell, thrown));
      },
    };
    current = latest = run;
    const startTime = Date.now();
    try {
      const work = (async () => {
        await evaluate(run);
        await allShown();
        // Rejections that nobody handles are reported, and immediates run, before the cell counts as done.
        await new Promise((resolve) => setImmediate(resolve));
      })();
      work.catch(() => {});
      await Promise.race([work, stopped]);
    } catch (thrown) {
      failure = thrown instanceof Refused ? thrown.failure : runFailure(run.cell, asInterruption(thrown));
      // What is left of it stops when it next shows something.
      run.over = true;
      send(failure);
    } finally {
      current = undefined;
      if (interactive) modules.note(startTime);
    }
    return failure;
  }

  return {
    get count() {
      return count;
    },
    execute,
    valueOf: (name) => values[name],
    requestStop() {
      if (current) current.stopping = true;
    },
    interrupt() {
      if (!current) return;
      current.stopping = true;
      current.fail(new Interrupted());
    },
    inspect: (source, offset) => converter.inspect(declarations, source, offset),
    complete: (source, offset) => converter.complete(declarations, source, offset),
    close() {
      converter.close();
      streams.release();
      process.off("uncaughtException", failRun);
      process.off("unhandledRejection", failRun);
    },
  };
}

const moduleNotFound = 2307;

class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.evalue);
  }
}

/** What a cell's script finds under `globalThis`: scripts take no arguments. */
interface Scope {
  exports: Record<string, unknown>;
  require: NodeJS.Require;
  define(target: Record<string, unknown>, name: string, property: PropertyDescriptor): void;
}

const scopeName = "__cell__";

const scope: Scope = {
  exports: {},
  require: createRequire(__filename),
  // An imported name becomes a plain value, so that a later cell may import or declare it again.
  define(target, name, property) {
    if (name !== "__esModule") target[name] = property.get ? property.get() : property.value;
  },
};
Object.defineProperty(globalThis, scopeName, { value: scope, configurable: true });

function wrap(code: string): string {
  const body = code.replace(/^Object\.defineProperty\(exports, /gm, `${scopeName}.define(exports, `);
  return `(async function (exports, require) {\n${body}\n})(${scopeName}.exports, ${scopeName}.require)`;
}

function asInterruption(thrown: unknown): unknown {
  try {
    const interrupted = (thrown as { code?: unknown })?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
    return interrupted ? new Interrupted() : thrown;
  } catch {
    // What was thrown is a proxy that can't be read.
    return thrown;
  }
}

async function shownAs(value: unknown): Promise<MimeBundle> {
  if (typeof (value as Displayable | null)?.toBundle === "function") return bundleOf(value as Displayable);
  return { "text/plain": typeof value === "string" ? value : inspect(value) };
}
