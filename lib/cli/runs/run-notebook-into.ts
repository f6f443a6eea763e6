import { hostname } from "node:os";
import { basename } from "node:path";
import { type Notebook, titleOf } from "../../notebook/nbformat";
import { injectParameters, internalParameters, type ParameterValue } from "../../notebook/parameters";
import { type RunEvents, runNotebook } from "../../notebook/runner/run-notebook";
import { openCheckpoints } from "../checkpoints";
import { environment } from "../environment";
import type { NotebookFile } from "../notebook-files";
import type { RunRecord } from "../run-record";
import type { Settings } from "../settings";
import { shownPath } from "../shown-path";
import { giveSignsOfLife } from "./alive";
import { type RunFile, readRunFile, writeRunFile } from "./run-file";
import { type RunKeys, runKeys } from "./run-key";
import { writeRunPage } from "./run-page";

/** What `runNotebookInto` takes. */
export interface RunInto {
  /** The project's folder, in which the notebook runs. */
  readonly root: string;
  /**
   * The run's folder, `OUT/runs/ID`; it is made if missing. A run that was stopped there is gone on with.
   */
  readonly folder: string;
  /** The notebook; the run's files have its name. */
  readonly file: NotebookFile;
  readonly settings: Settings;
  /** Found from the other options when absent. */
  readonly keys?: RunKeys;
  /** Stops the run: what it has produced so far is written. */
  readonly signal?: AbortSignal;
  /** The longest that it may run, in seconds. */
  readonly timeout?: number;
  readonly events?: RunIntoEvents;
  /** Waits with writing the report for what else is being written; does not wait when absent. */
  readonly inTurn?: <T>(write: () => Promise<T>) => Promise<T>;
}

/** Callbacks of `runNotebookInto`. */
export interface RunIntoEvents extends RunEvents {
  /** The notebook is about to run. */
  started?(run: RunFile): void;
  /** The cells are done, and the report is being written. */
  reporting?(): void;
}

/** A run that has ended. */
export interface FinishedRun {
  readonly run: RunFile;
  readonly record: RunRecord;
  /** The notebook with its outputs, as far as it got. */
  readonly notebook: Notebook;
  /** One line for each page that could not be rendered. */
  readonly problems: readonly string[];
}

/**
 * Runs one notebook into one folder: keeps `run.json` there from the start, and writes `NAME.ipynb`,
 * `NAME.metrics.json` and `NAME.html` at the end, whether it succeeded, failed or was stopped. Nothing outside
 * the folder is written.
 * @throws a one-line error when a file can't be written.
 */
export async function runNotebookInto(options: RunInto): Promise<FinishedRun> {
  const { root, folder, file, settings, signal, timeout, events = {} } = options;
  const { name, notebook } = file;
  const checkpoints = settings.declared.some((parameter) => parameter.name === "checkpoints")
    ? openCheckpoints(folder)
    : undefined;
  const injected = injectParameters(notebook, {
    ...settings.values,
    ...(checkpoints && { checkpoints: shownPath(root, checkpoints.folder) }),
  });
  const started = new Date();
  const known = knownParameters(settings);
  const resumed = readRunFile(folder) !== undefined;
  const first: RunFile = {
    format: 1,
    id: basename(folder),
    notebook: name,
    path: shownPath(root, file.path),
    parameters: known,
    changed: changedParameters(settings),
    ...(options.keys ?? runKeys(root, notebook, known)),
    status: "running",
    pid: process.pid,
    host: hostname(),
    started: started.toISOString(),
    ...(resumed && { resumed }),
  };
  writeRunFile(folder, first);
  const endSigns = giveSignsOfLife(folder);
  try {
    events.started?.(first);
    // Whoever else wants to hear of the run, such as the page of its log, goes into this list.
    const listeners: readonly RunEvents[] = [events];
    const result = await runNotebook(injected, {
      root,
      signal,
      timeout,
      parameters: ownParameters(settings),
      events: {
        cell: (index, cells) => {
          for (const listener of listeners) listener.cell?.(index, cells);
        },
        output: (output) => {
          for (const listener of listeners) listener.output?.(output);
        },
      },
    });
    const ended = new Date();
    const { failure, metrics, data, parameters, peakMemory, status } = result;
    const record: RunRecord = {
      notebook: name,
      title: titleOf(notebook) ?? name,
      status,
      error: failure && { cell: failure.cell, name: failure.ename, message: failure.evalue },
      scale: parameters.scale ?? null,
      seed: parameters.seed ?? null,
      parameters,
      metrics,
      data,
      started: first.started,
      ...(resumed && { resumed }),
      seconds: (ended.getTime() - started.getTime()) / 1000,
      peakMemoryBytes: peakMemory,
      ...environment(root),
    };
    events.reporting?.();
    const { inTurn = (write) => write() } = options;
    const problems = await inTurn(() => writeRunPage(folder, result.notebook, record));
    const run: RunFile = {
      ...first,
      parameters: { ...known, ...parameters },
      status,
      ended: ended.toISOString(),
    };
    // Last of all: a run that is not running has all its files.
    writeRunFile(folder, run);
    if (status === "ok") checkpoints?.remove();
    return { run, record, notebook: result.notebook, problems };
  } catch (error) {
    markStopped(folder, first);
    throw error;
  } finally {
    endSigns();
  }
}

function markStopped(folder: string, run: RunFile): void {
  try {
    writeRunFile(folder, { ...run, status: "stopped", ended: new Date().toISOString() });
  } catch {
    // What can't be written here is what the error at hand tells of.
  }
}

/** The values that parameters are known to have before a run: those given, and defaults of literals. */
export function knownParameters({ declared, values }: Settings): Record<string, ParameterValue> {
  const own = declared.filter(({ name }) => !internalParameters.includes(name));
  return Object.fromEntries(
    own.flatMap(({ name, value }) => {
      const known = Object.hasOwn(values, name) ? values[name] : value;
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

/** The names of the parameters that are given another value than their default. */
function changedParameters({ declared, values }: Settings): string[] {
  const changed = declared.filter(
    ({ name, value }) =>
      Object.hasOwn(values, name) && JSON.stringify(values[name]) !== JSON.stringify(value),
  );
  return changed.map(({ name }) => name);
}

const ownParameters = ({ declared }: Settings) =>
  declared.map(({ name }) => name).filter((name) => !internalParameters.includes(name));
