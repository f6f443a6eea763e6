import { dirname, join, relative, resolve, sep } from "node:path";
import { expected } from "../errors";
import { type Notebook, titleOf } from "../notebook/nbformat";
import { injectParameters, internalParameters, type ParameterValue } from "../notebook/parameters";
import { checkNotebooks } from "../notebook/runner/check-notebooks";
import { runNotebook } from "../notebook/runner/run-notebook";
import { duration } from "../text";
import { openCheckpoints } from "./checkpoints";
import { environment } from "./environment";
import { openFinishedNotebooks } from "./finished";
import { type NotebookFile, selectNotebooks } from "./notebook-files";
import type { Options } from "./options";
import { readParameterFile } from "./parameter-file";
import { loadRenderer, writeReport } from "./reports";
import { errorLine, type RunRecord } from "./run-record";
import { saveOutputs } from "./save-outputs";
import { type GivenValues, idleParameters, type Settings, settingsOf } from "./settings";
import { type StatusLine, sharedLines, statusLine, type Terminal } from "./status-line";
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
  const folder = join(root, "notebooks");
  const { paths, only } = options;
  const { files, skipped } = selectNotebooks({ folder, paths, only, from: [from, root] });
  if (out === folder || files.some(({ path }) => dirname(path) === out)) {
    throw expected("another folder after --out", `"${options.out}"`, "The notebooks themselves are there.");
  }
  const given: GivenValues = {
    texts: options.set,
    fromFile: options.params === undefined ? {} : readParameterFile(resolve(from, options.params)),
  };
  const settings = settingsOf(files, given, () => notebooksOf(folder));
  checkWritable(out);
  const started = performance.now();
  const status = statusLine(terminal);
  const finished = openFinishedNotebooks(
    root,
    out,
    { ...options, check: true, timeout: 0, jobs: 1, given },
    files,
  );
  for (const line of [...skipped, ...idleParameters(files, given)]) status.print(line);
  if (options.check) {
    const pending = files.flatMap(({ name, notebook }, k) =>
      finished.has(name) ? [] : [{ name, notebook: withValues(notebook, settings[k]) }],
    );
    status.update("checking the types of all cells");
    const errors = pending.length > 0 ? await checkNotebooks(root, pending, signal) : [];
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
  const broken = new AbortController();
  const within = { ...surroundings, signal: AbortSignal.any([signal, broken.signal]) };
  const reportInTurn = oneAtATime();
  const left = files.entries();
  const work = async (line: StatusLine) => {
    for (const [k, file] of left) {
      if (within.signal.aborted) break;
      const place = `[${k + 1}/${files.length}] ${file.name}`;
      if (finished.has(file.name)) {
        before++;
        line.print(`${place}: done before the interruption`);
        continue;
      }
      const { record, problems } = await runOne({
        file,
        settings: settings[k],
        place,
        out,
        options,
        surroundings: within,
        status: line,
        reportInTurn,
      });
      records.push(record);
      unrendered += problems;
      if (record.status === "ok" && problems === 0) finished.add(file.name);
      line.print(`${place}: ${outcome(record)}`);
    }
    line.update("");
  };
  // What ends one worker, such as a full disk, would end the others too.
  const workers = sharedLines(status, Math.min(options.jobs, files.length)).map((line) =>
    work(line).catch((error: unknown) => {
      broken.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  status.close();
  const reasons = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (reasons.length > 0) throw reasons[0];
  const order = files.map(({ name }) => name);
  records.sort((a, b) => order.indexOf(a.notebook) - order.indexOf(b.notebook));
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
  /** Writes reports one after the other: the index is of all that are there. */
  readonly reportInTurn: <T>(write: () => Promise<T>) => Promise<T>;
}

async function runOne(run: OneRun): Promise<{ record: RunRecord; problems: number }> {
  const { file, settings, place, out, options, surroundings, status, reportInTurn } = run;
  const { root, signal } = surroundings;
  const { name, notebook } = file;
  const { declared, values } = settings;
  const checkpoints = keepsCheckpoints(settings) ? openCheckpoints(join(out, ".work", name)) : undefined;
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
    timeout: options.timeout,
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
  const problems = await reportInTurn(() => writeReport(out, result.notebook, record));
  for (const problem of problems) status.print(problem);
  if (result.status === "ok") {
    checkpoints?.remove();
    if (options.save) saveOutputs(file, result.notebook, values);
  }
  return { record, problems: problems.length };
}

function oneAtATime() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(write: () => Promise<T>): Promise<T> => {
    const mine = last.then(write);
    last = mine.catch(() => {});
    return mine;
  };
}

/** All notebooks of the project, or none when they can't be read. */
function notebooksOf(folder: string): readonly NotebookFile[] {
  try {
    return selectNotebooks({ folder, paths: [], from: [folder], only: [] }).files;
  } catch {
    return [];
  }
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
function command({ paths, only, out, set, params, timeout, jobs, save, check }: Options): string {
  const words = [...paths];
  if (only.length > 0) words.push("--only", only.join(","));
  if (out !== "reports") words.push("--out", out);
  for (const [name, value] of Object.entries(set)) words.push("--set", `${name}=${value}`);
  if (params !== undefined) words.push("--params", params);
  if (timeout !== undefined) words.push("--timeout", `${timeout}`);
  if (jobs > 1) words.push("--jobs", `${jobs}`);
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
