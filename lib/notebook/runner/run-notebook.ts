import type { Aside } from "../../files/aside";
import type { Failure, Output } from "../executor/output";
import type { DataRecord, Metrics } from "../metrics";
import { dataMime, metricsMime, progressMime } from "../mime";
import { type Cell, hasTag, type Notebook, notebookMetadata, type OutputsOf } from "../nbformat";
import type { ParameterValue } from "../parameters";
import { isRunnable } from "./cells";
import { compileCells } from "./compile-cells";
import { leastShown, longestNotebook } from "./limits";
import { NotebookProcess } from "./notebook-process";
import { OutputList } from "./outputs";
import { after, type TimeLimits, tooLong } from "./time-limits";

/** Callbacks of a run. */
export interface RunEvents {
  /** A cell starts: its index among the cells to run, from 0, and their number. */
  cell?(index: number, cells: number): void;
  /** A cell printed or showed something. */
  output?(output: Output): void;
}

/** What `runNotebook` takes. */
export interface RunOptions {
  /** The project's folder. */
  readonly root: string;
  /** The parameters whose values are asked for. */
  readonly parameters?: readonly string[];
  /** Stops the run. */
  readonly signal?: AbortSignal;
  /** The longest that it and each of its cells may run; default: as long as they like. */
  readonly limits?: TimeLimits;
  readonly events?: RunEvents;
  /** More variables for the environment of the notebook's process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where outputs are kept from the end of their cell on. Default: in memory. */
  readonly aside?: Aside;
}

/** A notebook after a run. */
export interface RunResult {
  /** The notebook with its outputs, as far as it got; without them where they have been set aside. */
  readonly notebook: Notebook;
  /** The outputs of a cell of `notebook`, wherever they are. */
  readonly outputsOf: OutputsOf;
  /** "stopped" when `signal` ended it. */
  readonly status: "ok" | "failed" | "stopped";
  /** Why it failed, and in which of the cells that ran, from 1. */
  readonly failure?: Failure & { readonly cell: number };
  /** The values of the parameters asked for, as they were after the cell that sets them. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** What the cells recorded with `recordMetrics` and `recordData`. */
  readonly metrics: Metrics;
  readonly data: readonly DataRecord[];
  /** The peak memory of the notebook's process, in bytes. */
  readonly peakMemory: number;
}

/** How many milliseconds stopped work that reports its progress has to finish its step and save. */
const patience = 10_000;

/**
 * Runs a notebook's code cells in a process of their own, with the current directory at `root`. The first
 * cell that fails ends the run, unless it is tagged `raises-exception`. When `signal` ends it, work that
 * reports its progress stops between two steps and saves what it has; anything else is ended at once. So it
 * is when a limit of time is reached; the run then has failed, in the cell that was running.
 */
export async function runNotebook(notebook: Notebook, options: RunOptions): Promise<RunResult> {
  const { root, parameters: names = [], signal, limits = {}, events = {}, env, aside } = options;
  const cells = notebook.cells.map(cleared);
  const toRun = cells.flatMap((cell, index) => (isRunnable(cell) ? [index] : []));
  const metrics: Record<string, number | string> = {};
  const data = new Map<string, DataRecord>();
  const values: Record<string, ParameterValue> = {};
  const lists: OutputList[] = [];
  let working = false;
  let reached: keyof TimeLimits | undefined;
  await compileCells(
    root,
    toRun.map((index) => cells[index].source),
    signal,
  );
  const child = new NotebookProcess(
    root,
    (output, k) => {
      if (signal?.aborted || reached) return;
      if (!lists[k]?.add(output, k + 1)) for (const list of lists) list.add(output, k + 1);
      if (output.type === "display") {
        if (metricsMime in output.data) Object.assign(metrics, output.data[metricsMime]);
        if (dataMime in output.data) {
          const record = output.data[dataMime] as DataRecord;
          data.set(record.name, record);
        }
        const progress = output.data[progressMime] as { done?: boolean } | undefined;
        if (progress) working = !progress.done;
      }
      events.output?.(output);
    },
    env,
  );
  const stop = () => (working ? child.stop(patience) : child.kill());
  signal?.addEventListener("abort", stop, { once: true });
  const limit = (what: keyof TimeLimits) => {
    const seconds = limits[what];
    if (seconds === undefined) return () => {};
    return after(seconds, () => {
      reached ??= what;
      stop();
    });
  };
  const endLimit = limit("notebook");
  let endCellLimit = () => {};
  let failure: RunResult["failure"];
  try {
    for (const [k, index] of toRun.entries()) {
      if (signal?.aborted || failure) break;
      const length = lists.reduce((sum, list) => sum + list.length, 0);
      lists.push(new OutputList(Math.max(leastShown, longestNotebook - length)));
      working = false;
      events.cell?.(k, toRun.length);
      const cell = cells[index];
      cells[index] = { ...cell, execution_count: k + 1 };
      const read = parameterTags.some((tag) => hasTag(cell, tag)) ? names : [];
      endCellLimit = limit("cell");
      const done = await child.execute(k, cell.source, read);
      endCellLimit();
      if (aside) for (const list of lists) list.setAside(aside);
      if (reached) {
        failure = { ...tooLong(reached, limits, k + 1), cell: k + 1 };
        lists[k].add(failure, k + 1);
        break;
      }
      Object.assign(values, done.values);
      if (done.failure && !hasTag(cell, "raises-exception")) failure = { ...done.failure, cell: k + 1 };
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    endLimit();
    endCellLimit();
    child.kill();
  }
  const shown = new Map(lists.map((list, k) => [toRun[k], list]));
  const outputsOf = (index: number) => shown.get(index)?.outputs ?? [];
  if (!aside) {
    for (const index of shown.keys()) cells[index] = { ...cells[index], outputs: outputsOf(index) };
  }
  const stopped = signal?.aborted ?? false;
  return {
    notebook: { ...notebook, metadata: { ...notebook.metadata, ...notebookMetadata }, cells },
    outputsOf,
    status: stopped ? "stopped" : failure ? "failed" : "ok",
    failure: stopped ? undefined : failure,
    parameters: values,
    metrics,
    data: [...data.values()],
    peakMemory: child.peakMemory,
  };
}

const parameterTags = ["parameters", "injected-parameters"];

function cleared(cell: Cell): Cell {
  return cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell;
}
