import { join, relative, resolve, sep } from "node:path";
import { expected } from "../errors";
import { type Notebook, titleOf } from "../notebook/nbformat";
import { injectParameters, internalParameters, type ParameterValue } from "../notebook/parameters";
import { checkNotebooks } from "../notebook/runner/check-notebooks";
import { runNotebook } from "../notebook/runner/run-notebook";
import { duration } from "../text";
import { openCheckpoints } from "./checkpoints";
import { environment } from "./environment";
import { openFinishedNotebooks } from "./finished";
import { type NotebookFile, readNotebooks } from "./notebook-files";
import type { Options } from "./options";
import { readParameterFile } from "./parameter-file";
import { loadRenderer, writeReport } from "./reports";
import { errorLine, type RunRecord } from "./run-record";
import { saveOutputs } from "./save-outputs";
import { type GivenValues, idleParameters, type Settings, settingsOf } from "./settings";
import { type StatusLine, statusLine, type Terminal } from "./status-line";
import { statusText } from "./status-text";
import { typeErrorsText } from "./type-errors";
import { checkWritable } from "./write-file";

/** The project, the terminal and the signal of a reproduction. */
export interface Surroundings {
  /** The project's folder. */
  readonly root: string;
  /** The folder that paths to files on the command line are relative to. */
  readonly from: string;
  readonly terminal: Terminal;
  /** Stops it: the running notebook ends, and what it has produced so far is written. */
  readonly signal: AbortSignal;
}

/**
 * Runs notebooks one after the other and writes their reports.
 * @returns the exit code: 0; 1 if a cell does not compile, a notebook failed or a page could not be rendered;
 *   130 if it was stopped.
 * @throws a one-line error when it can't start, or can't write.
 */
export async function reproduce(options: Options, surroundings: Surroundings): Promise<number> {
  const { root, from, terminal, signal } = surroundings;
  const out = resolve(root, options.out);
  const sources = join(root, "notebooks");
  if (out === sources) {
    throw expected("another folder after --out", `"${options.out}"`, "The notebooks themselves are there.");
  }
  const files = readNotebooks(sources, options.only);
  const given: GivenValues = {
    texts: options.set,
    fromFile: options.params === undefined ? {} : readParameterFile(resolve(from, options.params)),
  };
  const settings = settingsOf(files, given, readNotebooks(sources, []));
  checkWritable(out);
  const started = performance.now();
  const status = statusLine(terminal);
  const finished = openFinishedNotebooks(root, out, { ...options, check: true, given }, files);
  for (const line of idleParameters(files, given)) status.print(line);
  if (options.check) {
    const pending = files.flatMap(({ name, notebook }, k) =>
      finished.has(name) ? [] : [{ name, notebook: withValues(notebook, settings[k]) }],
    );
    status.update("checking the types of all cells");
    const errors = await checkNotebooks(root, pending, signal);
    if (errors.length > 0) {
      status.close();
      terminal.write(typeErrorsText(errors, terminal.isTTY ?? false));
      return 1;
    }
  }
  const records: RunRecord[] = [];
  let before = 0;
  let unrendered = 0;
  // If this fails, so will the first report, which then says why.
  loadRenderer().catch(() => {});
  try {
    for (const [k, file] of files.entries()) {
      if (signal.aborted) break;
      const place = `[${k + 1}/${files.length}] ${file.name}`;
      if (finished.has(file.name)) {
        before++;
        status.print(`${place}: done before the interruption`);
        continue;
      }
      const { record, problems } = await runOne({
        file,
        settings: settings[k],
        place,
        out,
        options,
        surroundings,
        status,
      });
      records.push(record);
      unrendered += problems;
      if (record.status === "ok" && problems === 0) finished.add(file.name);
      status.print(`${place}: ${outcome(record)}`);
    }
  } finally {
    status.close();
  }
  const failed = records.filter((record) => record.status === "failed");
  const seconds = (performance.now() - started) / 1000;
  if (signal.aborted) {
    terminal.write(
      `Stopped after ${duration(seconds)}. To go on, give the same command again: ${command(options)}\n`,
    );
    return 130;
  }
  finished.forget();
  terminal.write(
    `${summary(records.length, before, failed, seconds)} Reports: ${shown(root, join(out, "index.html"))}\n`,
  );
  return failed.length + unrendered > 0 ? 1 : 0;
}

interface OneRun {
  readonly file: NotebookFile;
  readonly settings: Settings;
  readonly place: string;
  readonly out: string;
  readonly options: Options;
  readonly surroundings: Surroundings;
  readonly status: StatusLine;
}

async function runOne(run: OneRun): Promise<{ record: RunRecord; problems: number }> {
  const { file, settings, place, out, options, surroundings, status } = run;
  const { root, signal } = surroundings;
  const { name, notebook } = file;
  const { declared, values } = settings;
  const checkpoints = keepsCheckpoints(settings) ? openCheckpoints(out, name, notebook, values) : undefined;
  const injected = injectParameters(notebook, {
    ...values,
    ...(checkpoints && { checkpoints: shown(root, checkpoints.folder) }),
  });
  status.print(`${place}: started${checkpoints?.resumed ? " from its checkpoints" : ""}`);
  const started = new Date();
  const start = performance.now();
  const text = statusText(place);
  const result = await runNotebook(injected, {
    root,
    signal,
    parameters: declared
      .map((parameter) => parameter.name)
      .filter((one) => !internalParameters.includes(one)),
    events: {
      cell: (index, cells) => status.update(text.cell(index, cells)),
      output: (output) => status.update(text.output(output)),
    },
  });
  const { failure, metrics, data, parameters, peakMemory } = result;
  const record: RunRecord = {
    notebook: name,
    title: titleOf(notebook) ?? name,
    status: result.status,
    error: failure && { cell: failure.cell, name: failure.ename, message: failure.evalue },
    scale: parameters.scale ?? null,
    seed: parameters.seed ?? null,
    parameters,
    metrics,
    data,
    started: started.toISOString(),
    seconds: (performance.now() - start) / 1000,
    peakMemoryBytes: peakMemory,
    ...environment(root),
  };
  status.update(`${place}: writing the report`);
  const problems = await writeReport(out, result.notebook, record);
  for (const problem of problems) status.print(problem);
  if (result.status === "ok") {
    checkpoints?.remove();
    if (options.save) saveOutputs(file, result.notebook, values);
  }
  return { record, problems: problems.length };
}

/** The notebook as it would run, but for the name of the folder of its checkpoints. */
function withValues(notebook: Notebook, settings: Settings): Notebook {
  const checkpoints: Record<string, ParameterValue> = keepsCheckpoints(settings) ? { checkpoints: "" } : {};
  return injectParameters(notebook, { ...settings.values, ...checkpoints });
}

const keepsCheckpoints = ({ declared }: Settings) => declared.some(({ name }) => name === "checkpoints");

function outcome(record: RunRecord): string {
  const time = duration(record.seconds);
  if (record.status === "failed") return `failed after ${time} in ${errorLine(record)}`;
  return `${record.status === "ok" ? "done in" : "stopped after"} ${time}`;
}

function summary(count: number, before: number, failed: readonly RunRecord[], seconds: number): string {
  const all = `${count} ${count === 1 ? "notebook" : "notebooks"} in ${duration(seconds)}`;
  const earlier = before > 0 ? ` ${before} done before` : "";
  if (failed.length === 0) return `${all}${earlier && `,${earlier}`}.`;
  const names = failed.map(({ notebook }) => notebook).join(", ");
  return `${all}, of which failed: ${names}${earlier && `;${earlier}`}.`;
}

/** The command line that these options stand for. */
function command({ only, out, set, params, save, check }: Options): string {
  const words: string[] = [];
  if (only.length > 0) words.push("--only", only.join(","));
  if (out !== "reports") words.push("--out", out);
  for (const [name, value] of Object.entries(set)) words.push("--set", `${name}=${value}`);
  if (params !== undefined) words.push("--params", params);
  if (save) words.push("--save");
  if (!check) words.push("--no-check");
  const quoted = words.map((word) => (/^[\w./,=-]+$/.test(word) ? word : JSON.stringify(word)));
  return ["npm run reproduce", ...(quoted.length > 0 ? ["--", ...quoted] : [])].join(" ");
}

/** A path to show and to pass to notebooks: relative to `root` if it is inside, with forward slashes. */
function shown(root: string, path: string): string {
  const short = relative(root, path);
  return (short.startsWith("..") ? path : short).split(sep).join("/");
}
