import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";
import { setNotebookHost } from "../host";
import { allShown } from "../pending";
import { compileFailure, type FailedCell, Interrupted, runFailure } from "./cell-error";
import { type CellStore, cellStore } from "./cell-store";
import { type CompiledCode, type Converter, createConverter } from "./converter";
import { FileWatch, LoadedModules } from "./edits";
import type { Explanation } from "./explain";
import { withDefaults } from "./imports";
import { NamesInUse } from "./in-use";
import { LibTypes } from "./lib-types";
import { markName } from "./marks";
import type { Failure, Output } from "./output";
import { type Locate, locator, moduleLocator, type Place } from "./positions";
import { captureStreams } from "./streams";
import { isTranspilerEnd, restartTranspiler, reviveTranspiler } from "./transpiler";
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
   * Requests a stop, and fails the running cell. Work that has lately reported progress is given {@link
   * patience} to save what it has, unless this is called again; other cells fail at once. Work that goes on
   * all the same fails when it next shows something.
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

interface Run {
  readonly cell: FailedCell;
  readonly send: (output: Output) => void;
  fail(thrown: unknown): void;
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

/** Milliseconds that work which reports progress has to save what it has. */
const patience = 10_000;

const waiting = "Interrupted; waiting for the running step to end. Interrupt again to stop at once.\n";

/**
 * Makes an executor for the project at `root`, which becomes the current directory. It takes over this
 * process's standard streams, uncaught exceptions and unhandled rejections, so a process has one executor.
 *
 * When `interactive`, edits of the project's files are picked up when a later cell imports them.
 */
export function createExecutor(options: { root: string; interactive: boolean }): Executor {
  const { root, interactive } = options;
  process.chdir(root);
  const files = new FileWatch();
  const modules = new LoadedModules(root);
  // What this process has loaded so far.
  if (interactive) modules.note(Date.now() - 1000 * process.uptime());
  const inUse = new NamesInUse(root);
  const libTypes = new LibTypes(root);
  let loaded: Converter | undefined;
  // Loading it takes a second, and cells that are in the store do without.
  const converter = () => {
    loaded ??= createConverter({ files, docs: interactive });
    return loaded;
  };
  if (interactive) converter();
  let store: CellStore | undefined;
  const cellRequire = withDefaults(createRequire(join(root, "cell.ts")));
  const values: Record<string, unknown> = {};
  const locators = new Map<string, { label: string; locate: Locate }>();
  const runs = new AsyncLocalStorage<Run>();
  let declarations = "";
  let count = 0;
  let current: Run | undefined;
  let latest: Run | undefined;
  let ownWork = 0;
  let edited = false;

  /** Does work of the notebook itself, which is not to be broken off. */
  function whole<T>(work: () => T): T {
    ownWork++;
    try {
      return work();
    } finally {
      ownWork--;
    }
  }

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
      if (!run) return false;
      run.reportedAt = performance.now();
      const stop = run.over || run.stopping;
      run.told ||= stop;
      return stop;
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
    loaded?.close();
    loaded = undefined;
  }

  function compile(run: Run): CompiledCode {
    const { source } = run.cell;
    if (interactive) {
      reviveTranspiler();
      edited = files.check() || edited;
    }
    const compiled = converter().convert(declarations, source);
    if (compiled.diagnostics.length > 0) {
      // The converter would remember that a module was not there, even when it is.
      if (interactive && compiled.diagnostics.some(({ code }) => code === moduleNotFound)) renewConverter();
      throw new Refused(compileFailure(run.cell, compiled.diagnostics));
    }
    if (interactive) {
      const warn = (text: string) => run.send({ type: "stream", name: "stderr", text });
      for (const text of inUse.update(modules.forgetEdited(), compiled.names)) warn(text);
      libTypes.update(compiled.names.files, edited, warn);
      edited = false;
    }
    return compiled;
  }

  /** Compiles a cell, unless that was done before, by any process. */
  async function compileOnce(run: Run): Promise<CompiledCode> {
    const { source } = run.cell;
    store ??= cellStore(root);
    const kept = store;
    const find = () => kept.find(declarations, source);
    const compileAndKeep = () => {
      const compiled = compile(run);
      kept.keep(declarations, source, compiled);
      return compiled;
    };
    return find() ?? kept.alone(declarations, source, () => find() ?? compileAndKeep());
  }

  async function evaluate(run: Run): Promise<void> {
    const compiled = interactive ? whole(() => compile(run)) : await compileOnce(run);
    if (interactive) {
      // Before it runs, an interrupt that came meanwhile is heard.
      await messagesHandled();
      if (run.interrupted) throw new Interrupted();
    }
    const { output, maps, lastExpression } = compiled;
    const script = `cell-${count}`;
    locators.set(script, { label: run.cell.label, locate: locator(maps, output.split("\n").length) });
    scope.exports = values;
    scope.require = cellRequire;
    scope.at = (line, column) => {
      run.at = { line: line + 1, column: column + 1 };
    };
    run.locate = moduleLocator(maps);
    await runs.run(run, () =>
      vm.runInThisContext(wrap(output), {
        filename: script,
        lineOffset: -1,
      }),
    );
    declarations = compiled.declarations;
    if (lastExpression === undefined) return;
    const value = await (values[lastExpression] as unknown);
    delete values[lastExpression];
    if (value !== undefined && !run.over) run.send({ type: "result", ...(await shownValue(value)) });
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
      cell: {
        label: `cell ${count}`,
        source,
        root,
        locate,
        reached: () => run.at && run.locate?.(run.at.line, run.at.column),
        brokenOff: () => run.brokenOff,
      },
      send,
      over: false,
      stopping: false,
      interrupted: false,
      told: false,
      spared: false,
      reportedAt: Number.NEGATIVE_INFINITY,
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
      failure =
        thrown instanceof Refused ? thrown.failure : runFailure(run.cell, asInterruption(run, thrown));
      // What is left of it stops when it next shows something.
      run.over = true;
      send(failure);
    } finally {
      current = undefined;
      if (run.interrupted) {
        restartTranspiler();
        modules.forgetUnfinished();
      }
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
      restartTranspiler();
      const run = current;
      if (!run) return;
      const again = run.interrupted || run.brokenOff !== undefined;
      run.interrupted = run.stopping = true;
      const later = (delay: number, act: () => void) =>
        setTimeout(() => {
          if (run === current) act();
        }, delay).unref();
      const fail = () => run.fail(new Interrupted());
      if (again || performance.now() - run.reportedAt > patience) return fail();
      later(1000, () => run.send({ type: "stream", name: "stderr", text: waiting }));
      later(patience, fail);
    },
    breakOff(stack, again) {
      if (ownWork > 0) return false;
      const run = current;
      if (!run) return true;
      if (again || run.interrupted || performance.now() - run.reportedAt > patience) {
        run.brokenOff = stack;
        return true;
      }
      run.spared = run.stopping = true;
      return false;
    },
    inspect: (source, offset) => whole(() => converter().inspect(declarations, source, offset)),
    complete: (source, offset) => whole(() => converter().complete(declarations, source, offset)),
    close() {
      libTypes.close();
      loaded?.close();
      streams.release();
      process.off("uncaughtException", failRun);
      process.off("unhandledRejection", failRun);
    },
  };
}

const moduleNotFound = 2307;

/** Waits until messages that have come are handled: the event loop looks for them between two immediates. */
async function messagesHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.evalue);
  }
}

/** What a cell's script finds under `globalThis`: scripts take no arguments. */
interface Scope {
  exports: Record<string, unknown>;
  require: NodeJS.Require;
  at(line: number, column: number): void;
  define(target: Record<string, unknown>, name: string, property: PropertyDescriptor): void;
}

const scopeName = "__cell__";

const scope: Scope = {
  exports: {},
  require: createRequire(__filename),
  at() {},
  // An imported name becomes a plain value, so that a later cell may import or declare it again.
  define(target, name, property) {
    if (name !== "__esModule") target[name] = property.get ? property.get() : property.value;
  },
};
Object.defineProperty(globalThis, scopeName, { value: scope, configurable: true });

function wrap(code: string): string {
  const body = code.replace(/^Object\.defineProperty\(exports, /gm, `${scopeName}.define(exports, `);
  const values = ["exports", "require", "at"].map((name) => `${scopeName}.${name}`).join(", ");
  return `(async function (exports, require, ${markName}) {\n${body}\n})(${values})`;
}

/** What a cell failed by: an interrupt, too, where its work ended by itself because it was told to stop. */
function asInterruption(run: Run, thrown: unknown): unknown {
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
