import { dirname, join, resolve } from "node:path";
import { expected, UsageError } from "../errors";
import { injectParameters } from "../notebook/parameters";
import { checkNotebooks } from "../notebook/runner/check-notebooks";
import { duration } from "../text";
import { commandLine } from "./command-line";
import { type NotebookFile, selectNotebooks } from "./notebook-files";
import { notebookList } from "./notebook-list";
import type { Options } from "./options";
import { readParameterFile } from "./parameter-file";
import { runTask, type Task, type TaskEnd, wantedOf } from "./run-task";
import { busySentence, findingOf } from "./runs/claim";
import { listRuns } from "./runs/list-runs";
import { pruneRuns, runsText } from "./runs/manage-runs";
import { type PageWriter, pageWriter } from "./runs/page-writer";
import { isPublished, publish } from "./runs/publish";
import { runNames } from "./runs/run-names";
import { loadRenderer } from "./runs/run-page";
import { type GivenValues, idleParameters, settingsOf } from "./settings";
import { shownPath } from "./shown-path";
import { type StatusLine, sharedLines, statusLine, type Terminal } from "./status-line";
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
 * Does what the command line asks for: runs notebooks and writes their reports, or lists notebooks, or lists
 * or removes runs.
 * @returns the exit code: 0; 1 if a cell does not compile, a notebook failed or a page could not be rendered;
 *   130 if it was stopped.
 * @throws a one-line error when it can't start, or can't write.
 */
export async function reproduce(options: Options, surroundings: Surroundings): Promise<number> {
  const { root, terminal } = surroundings;
  const out = resolve(root, options.out);
  if (options.list) {
    terminal.write(listed(options, surroundings, out));
    return 0;
  }
  if (options.runs) {
    terminal.write(runsText(out, options.only));
    return 0;
  }
  if (options.prune !== undefined) {
    const removed = await pruneRuns(out, options.prune);
    await publish(out);
    terminal.write(`Removed ${removed.length} ${removed.length === 1 ? "run" : "runs"}.\n`);
    return 0;
  }
  return runAll(options, surroundings, out);
}

function listed({ paths, only }: Options, { root, from }: Surroundings, out: string): string {
  const folder = join(root, "notebooks");
  const { files } = selectNotebooks({ folder, paths, only, all: true, from: [from, root] });
  return notebookList({ root, out, files });
}

async function runAll(options: Options, surroundings: Surroundings, out: string): Promise<number> {
  const { root, terminal, signal } = surroundings;
  const started = performance.now();
  if (options.pdf) (await loadRenderer()).checkPrinter();
  const pages = pageWriter(out);
  const { tasks, remarks, untagged } = tasksOf(options, surroundings, out, pages);
  const runs = listRuns(out);
  const findings = tasks.map((task) => findingOf(runs, wantedOf(task)));
  for (const finding of findings) {
    if (finding.kind === "running") throw new UsageError(busySentence(finding.run));
  }
  checkWritable(out);
  const status = statusLine(terminal);
  for (const line of remarks) status.print(line);
  const pending = tasks.filter((_, k) => ["nothing", "stopped"].includes(findings[k].kind));
  if (options.check && pending.length > 0) {
    status.update("checking the types of all cells");
    const checked = pending.map(({ file, settings }) => ({
      name: file.name,
      notebook: injectParameters(file.notebook, settings.values),
    }));
    const errors = await checkNotebooks(root, checked, signal);
    if (errors.length > 0) {
      status.close();
      terminal.write(typeErrorsText(errors, terminal.isTTY ?? false));
      return 1;
    }
  }
  // If this fails, so will the first report, which then says why.
  if (pending.length > 0) loadRenderer().catch(() => {});
  const ends = await runInTurn(tasks, options.jobs, signal, status).catch(async (error: unknown) => {
    status.close();
    // What can't be written there is what the error at hand tells of.
    await pages.close().catch(() => {});
    throw error;
  });
  status.close();
  const problems = pages.asked || !isPublished(out) ? await pages.close() : [];
  for (const problem of problems) terminal.write(`${problem}\n`);
  const seconds = (performance.now() - started) / 1000;
  if (signal.aborted) {
    terminal.write(
      `Stopped after ${duration(seconds)}. To go on, give the same command again: ${commandLine(options)}\n`,
    );
    return 130;
  }
  terminal.write(`${summary(ends, seconds)} Reports: ${shownPath(root, join(out, "index.html"))}\n`);
  if (untagged > 0) terminal.write(`${moreText(untagged)}\n`);
  const isGood = ({ status, problems }: TaskEnd) => ["ok", "unchanged"].includes(status) && problems === 0;
  return ends.every(isGood) && problems.length === 0 ? 0 : 1;
}

/** The notebooks that a command line asks for, and lines about what it asks for in vain. */
function tasksOf(
  options: Options,
  { root, from }: Surroundings,
  out: string,
  pages: PageWriter,
): { readonly tasks: readonly Task[]; readonly remarks: readonly string[]; readonly untagged: number } {
  const folder = join(root, "notebooks");
  const { paths, only, all } = options;
  const { files, skipped, untagged } = selectNotebooks({ folder, paths, only, all, from: [from, root] });
  if (out === folder || files.some(({ path }) => dirname(path) === out)) {
    throw expected("another folder after --out", `"${options.out}"`, "The notebooks themselves are there.");
  }
  const given: GivenValues = {
    texts: options.set,
    fromFile: options.params === undefined ? {} : readParameterFile(resolve(from, options.params)),
  };
  const settings = settingsOf(files, given, () => notebooksOf(folder));
  const names = runNames(
    files.map(({ name, path }) => ({ name, path: shownPath(root, path) })),
    listRuns(out),
  );
  const tasks = files.map((file, k): Task => {
    const place = `[${k + 1}/${files.length}] ${names[k]}`;
    return { root, out, file: { ...file, name: names[k] }, settings: settings[k], options, pages, place };
  });
  return { tasks, remarks: [...skipped, ...idleParameters(files, given)], untagged };
}

const moreText = (others: number) =>
  `These show what the paper shows. ${others} more ${others === 1 ? "notebook asks" : "notebooks ask"} what it left open: ` +
  "--all runs them, too; --only 07 just one.";

/** Runs tasks, `jobs` at once. What can't be written ends all of them. */
async function runInTurn(
  tasks: readonly Task[],
  jobs: number,
  signal: AbortSignal,
  status: StatusLine,
): Promise<readonly TaskEnd[]> {
  const broken = new AbortController();
  const within = AbortSignal.any([signal, broken.signal]);
  const ends = new Map<Task, TaskEnd>();
  const left = tasks.values();
  const work = async (line: StatusLine) => {
    for (const task of left) {
      if (within.aborted) break;
      ends.set(task, await runTask(task, within, line));
    }
    line.update("");
  };
  // What ends one worker, such as a full disk, would end the others too.
  const workers = sharedLines(status, Math.min(jobs, tasks.length)).map((line) =>
    work(line).catch((error: unknown) => {
      broken.abort();
      throw error;
    }),
  );
  const settled = await Promise.allSettled(workers);
  const reasons = settled.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (reasons.length > 0) throw reasons[0];
  return tasks.flatMap((task) => ends.get(task) ?? []);
}

/** All notebooks of the project, or none when they can't be read. */
function notebooksOf(folder: string): readonly NotebookFile[] {
  try {
    return selectNotebooks({ folder, paths: [], from: [folder], only: [], all: true }).files;
  } catch {
    return [];
  }
}

function summary(ends: readonly TaskEnd[], seconds: number): string {
  const count = (status: TaskEnd["status"]) => ends.filter((end) => end.status === status).length;
  const [unchanged, busy] = [count("unchanged"), count("busy")];
  const ran = ends.length - unchanged - busy;
  const notebooks = (number: number) => `${number} ${number === 1 ? "notebook" : "notebooks"}`;
  if (unchanged === ends.length) return `Nothing to run: ${notebooks(unchanged)} unchanged.`;
  const failed = ends.filter(({ status }) => status === "failed").map(({ name }) => name);
  const parts = [
    `${notebooks(ran)} in ${duration(seconds)}`,
    failed.length > 0 && `of which failed: ${failed.join(", ")}`,
    unchanged > 0 && `${unchanged} unchanged`,
    busy > 0 && `${busy} running elsewhere`,
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}
