import { join } from "node:path";
import { openAside } from "../../files/aside";
import { titleOf } from "../../notebook/nbformat";
import { injectParameters } from "../../notebook/parameters";
import { type RunEvents, runNotebook } from "../../notebook/runner/run-notebook";
import type { TimeLimits } from "../../notebook/runner/time-limits";
import { environment } from "../environment";
import { liveLog } from "../live-log";
import { errorLine, type RunRecord } from "../run-record";
import { giveSignsOfLife } from "./alive";
import { beginRun, type NewRun } from "./begin-run";
import { type RunFile, writeRunFile } from "./run-file";
import { writeRunPage } from "./run-page";

/** What `runNotebookInto` takes. */
export interface RunInto extends NewRun {
  /**
   * The run's folder, `OUT/runs/ID`; it is made if missing. A run that was stopped there is gone on with.
   */
  readonly folder: string;
  /** The run's file, if the run has been begun in the folder. */
  readonly begun?: RunFile;
  /** Stops the run: what it has produced so far is written. */
  readonly signal?: AbortSignal;
  /** The longest that it and each of its cells may run; default: as long as they like. */
  readonly limits?: TimeLimits;
  /** Whether the report is also printed to `NAME.pdf`, unless the run was stopped. Default false. */
  readonly pdf?: boolean;
  readonly events?: RunIntoEvents;
  /** More variables for the environment of the notebook's process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Callbacks of `runNotebookInto`. */
interface RunIntoEvents extends RunEvents {
  /** The notebook is about to run. */
  started?(run: RunFile): void;
  /** The cells are done, and the report is being written. */
  reporting?(): void;
}

/** A run that has ended. */
export interface FinishedRun {
  readonly run: RunFile;
  readonly record: RunRecord;
  /** One line for each page that could not be rendered or printed. */
  readonly problems: readonly string[];
}

/**
 * Runs one notebook into one folder: keeps `run.json` and the page `log.html` there from the start, and
 * writes `NAME.ipynb`, `NAME.metrics.json` and `NAME.html` at the end, whether it succeeded, failed or was
 * stopped. Nothing outside the folder is written.
 * @throws a one-line error when a file can't be written.
 */
export async function runNotebookInto(options: RunInto): Promise<FinishedRun> {
  const { root, folder, file, settings, signal, limits, pdf, events = {} } = options;
  const { name, notebook } = file;
  const { begun = beginRun(folder, options) } = options;
  const { started, resumed } = begun;
  const endSigns = giveSignsOfLife(folder);
  // The commit is that of the code that runs, whatever is committed meanwhile.
  const surroundings = environment(root);
  surroundings.catch(() => {});
  const log = liveLog(join(folder, "log.html"), {
    title: titleOf(notebook) ?? name,
    facts: Object.fromEntries(
      Object.entries(settings.values).map(([parameter, value]) => [parameter, `${JSON.stringify(value)}`]),
    ),
  });
  const aside = openAside(join(root, ".cache"));
  try {
    events.started?.(begun);
    const listeners: readonly RunEvents[] = [events, log];
    const result = await runNotebook(injectParameters(notebook, settings.values), {
      root,
      signal,
      limits,
      env: options.env,
      aside,
      parameters: settings.declared.map((parameter) => parameter.name),
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
      started,
      ...(resumed && { resumed }),
      seconds: (ended.getTime() - Date.parse(started)) / 1000,
      peakMemoryBytes: peakMemory,
      ...(await surroundings),
    };
    events.reporting?.();
    const problems = await writeRunPage(folder, result.notebook, record, {
      pdf: pdf && status !== "stopped",
      outputsOf: result.outputsOf,
      aside,
    });
    await log.end({
      status,
      error: record.error && errorLine(record),
      links: [{ label: "Report", href: `${name}.html` }],
    });
    const run: RunFile = {
      ...begun,
      parameters: { ...begun.parameters, ...parameters },
      status,
      ended: ended.toISOString(),
    };
    // Last of all: a run that is not running has all its files.
    writeRunFile(folder, run);
    return { run, record, problems };
  } catch (error) {
    await log.end({ status: "stopped", error: `${error instanceof Error ? error.message : error}` });
    markStopped(folder, begun);
    throw error;
  } finally {
    aside.close();
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
