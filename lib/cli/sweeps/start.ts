import { resolve } from "node:path";
import { checkNotebooks } from "../../notebook/runner/check-notebooks";
import { duration } from "../../text";
import type { NotebookFile } from "../notebook-files";
import { readParameterFile } from "../parameter-file";
import type { Surroundings } from "../reproduction";
import { loadRenderer } from "../runs/run-page";
import { type GivenValues, idleParameters } from "../settings";
import { shownPath } from "../shown-path";
import { statusLine } from "../status-line";
import { typeErrorsText } from "../type-errors";
import { checkWritable } from "../write-file";
import { notebookOfAllPoints } from "./check-points";
import { codeChanges } from "./code-changes";
import { runLocally } from "./local";
import type { StartOptions } from "./options";
import { type SweepPoints, sweepPoints } from "./points";
import { readPointsFile } from "./points-file";
import { queueOf } from "./queue";
import { submitPoints } from "./slurm/submit-points";
import { waitForTasks } from "./slurm/wait";
import { countsText, isOpen, pointStates } from "./states";
import {
  defaultName,
  gridOf,
  joined,
  readSweepIfAny,
  type SweepFile,
  sweepFolder,
  writeSweep,
} from "./sweep-file";
import { oneNotebook, projectNotebooks } from "./sweep-notebook";
import { sweepTable } from "./table";
import { pointsText, resultsText } from "./words";

/**
 * Starts a sweep, or goes on with it: runs the points that are missing, failed or stopped.
 * @returns the exit code: 0; 1 if a cell does not compile or a run failed; 130 if it was stopped.
 * @throws a one-line error when it can't start, or can't write.
 */
export async function startSweep(options: StartOptions, surroundings: Surroundings): Promise<number> {
  const { root, from, terminal, signal } = surroundings;
  const file = oneNotebook(options.notebook, root, from);
  const { asked, common } = askedPoints(options, file, surroundings);
  if (options.dryRun) {
    const ids = asked.points.map(({ id }) => id);
    terminal.write(`${[...ids, pointsText(ids.length)].join("\n")}.\n`);
    return 0;
  }
  const name = options.name ?? defaultName(file.name, asked);
  const out = sweepFolder(root, name);
  const earlier = readSweepIfAny(root, name);
  const sweep = joined(earlier, sweepOf(name, asked, file, options, root));
  checkWritable(out);
  const status = statusLine(terminal);
  const { queue, line: unknown } = await queueOf(out, sweep, sweep.executor === "slurm");
  const states = pointStates(out, sweep, queue);
  const open = states.filter(isOpen);
  for (const line of [
    ...idleParameters([file], { ...common, texts: { ...options.grid, ...common.texts } }),
    ...unionLines(earlier, sweep),
    `${name}: ${pointsText(states.length)} (${countsText(states)}) in ${shownPath(root, out)}`,
    ...codeChanges(root, file, sweep, states),
    ...unknown,
  ]) {
    status.print(line);
  }
  if (options.check && open.length > 0) {
    status.update("checking the types of all cells");
    const checked = { points: open.map(({ point }) => point), common: sweep.common };
    const notebook = notebookOfAllPoints(file.notebook, checked);
    const errors = await checkNotebooks(root, [{ name: file.name, notebook }], signal);
    if (errors.length > 0) {
      status.close();
      terminal.write(typeErrorsText(errors, terminal.isTTY ?? false));
      return 1;
    }
  }
  if (signal.aborted) return 130;
  writeSweep(root, sweep);
  const started = performance.now();
  let ended = true;
  if (sweep.executor === "slurm") {
    const points = open.map(({ index }) => index);
    const { jobs } = options;
    const ids = points.length > 0 ? await submitPoints({ root, out, sweep, points, jobs }) : [];
    if (ids.length > 0) status.print(submittedText(name, points.length, ids));
    ended = options.wait && (await waitForTasks({ out, sweep, signal, status }));
    if (!ended && !options.wait && states.some(({ state }) => state !== "done")) {
      status.close();
      terminal.write(`To see how they stand: npm run sweep -- status ${name}\n`);
      return 0;
    }
  } else if (open.length > 0) {
    // If this fails, so will the first report, which then says why.
    loadRenderer().catch(() => {});
    const { jobs, memoryBytes } = options;
    ended = await runLocally({ root, out, sweep, file, states, open, jobs, memoryBytes, signal, status });
  }
  status.close();
  const after = pointStates(out, sweep, (await queueOf(out, sweep)).queue);
  const time = duration((performance.now() - started) / 1000);
  terminal.write(`${sweepTable(after)}\n`);
  if (signal.aborted || !ended) {
    const going =
      sweep.executor === "slurm"
        ? `Slurm's tasks go on; to end them: npm run sweep -- cancel ${name}`
        : "To go on, give the same command again.";
    terminal.write(`Stopped after ${time} (${countsText(after)}). ${going}\n`);
    return 130;
  }
  terminal.write(`${countsText(after)} after ${time}. ${resultsText(root, out)}\n`);
  return after.some(({ state }) => state === "failed") ? 1 : 0;
}

function submittedText(name: string, tasks: number, jobs: readonly string[]): string {
  const job = `${jobs.length === 1 ? "job" : "jobs"} ${jobs.join(", ")}`;
  return `${name}: ${tasks} ${tasks === 1 ? "task" : "tasks"} handed in to Slurm as ${job}`;
}

function askedPoints(options: StartOptions, file: NotebookFile, { root, from }: Surroundings) {
  const common: GivenValues = {
    texts: options.set,
    fromFile: options.params === undefined ? {} : readParameterFile(resolve(from, options.params)),
  };
  const list = options.points === undefined ? undefined : readPointsFile(resolve(from, options.points));
  const request = { grid: options.grid, list, common, sample: options.random };
  return { asked: sweepPoints(file, request, () => projectNotebooks(root)), common };
}

function sweepOf(
  name: string,
  { points, common }: SweepPoints,
  file: NotebookFile,
  { executor, slurm, limits }: StartOptions,
  root: string,
): SweepFile {
  return {
    format: 1,
    name,
    notebook: shownPath(root, file.path),
    grid: gridOf(points),
    common,
    executor,
    ...(executor === "slurm" && { slurm }),
    limits,
    points,
    created: new Date().toISOString(),
  };
}

function unionLines(earlier: SweepFile | undefined, sweep: SweepFile): string[] {
  if (!earlier) return [];
  const added = sweep.points.length - earlier.points.length;
  if (added === 0) return [];
  return [`${sweep.name} had ${pointsText(earlier.points.length)} before: ${added} more are added to them.`];
}
