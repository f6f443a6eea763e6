import { existsSync } from "node:fs";
import { join } from "node:path";
import { duration } from "../text";
import type { NotebookFile } from "./notebook-files";
import type { Options } from "./options";
import { errorLine } from "./run-record";
import { busySentence, type Claim, claimRun, type Wanted, wanted } from "./runs/claim";
import type { Run } from "./runs/list-runs";
import { fileOf } from "./runs/look-up";
import type { PageWriter } from "./runs/page-writer";
import { isNewest } from "./runs/publish";
import { executedNotebook, renderAgain } from "./runs/render-again";
import { runNotebookInto } from "./runs/run-notebook-into";
import { localTime } from "./runs/run-row";
import { saveOutputs } from "./save-outputs";
import type { Settings } from "./settings";
import { shownPath } from "./shown-path";
import type { StatusLine } from "./status-line";
import { statusText } from "./status-text";

/** A notebook of a reproduction, and where it runs. */
export interface Task {
  readonly root: string;
  readonly out: string;
  readonly file: NotebookFile;
  readonly settings: Settings;
  readonly options: Options;
  /** Told when a run has begun or ended, for the pages beside the runs. */
  readonly pages: PageWriter;
  /** What status lines about it begin with, as `[1/5] 01-name`. */
  readonly place: string;
}

/** How a task ended. "unchanged": there was nothing to run. "busy": another process is at it. */
export interface TaskEnd {
  readonly name: string;
  readonly status: "ok" | "failed" | "stopped" | "unchanged" | "busy";
  /** The number of pages that could not be rendered or printed. */
  readonly problems: number;
}

/** What is wanted of a task, with the keys of the project as it is now. */
export const wantedOf = ({ root, file, settings, options }: Task): Wanted =>
  wanted({ root, file, settings }, options.force);

/** Runs a notebook into a folder of its own, unless its results are there. */
export async function runTask(task: Task, signal: AbortSignal, status: StatusLine): Promise<TaskEnd> {
  const claim = await claimRun(task.out, wantedOf(task));
  switch (claim.kind) {
    case "run":
      return runClaimed(task, claim, signal, status);
    case "running":
      status.print(`${task.place}: ${busySentence(claim.run)}`);
      return { name: task.file.name, status: "busy", problems: 0 };
    default:
      return takeOver(task, claim.run, claim.kind === "page", status);
  }
}

/** Takes the results of an earlier run, with a new page where that is old, or a PDF is wanted and missing. */
async function takeOver(task: Task, run: Run, pageIsOld: boolean, status: StatusLine): Promise<TaskEnd> {
  const { place, out, root, file, settings, options, pages } = task;
  const toPrint = options.pdf && !existsSync(fileOf(run, "pdf"));
  let problems: string[] = [];
  if (pageIsOld || toPrint) {
    status.update(`${place}: writing the report`);
    problems = await renderAgain(run, file.notebook, wantedOf(task).keys.page, options);
    pages.soon();
    for (const problem of problems) status.print(problem);
  }
  const newest = isNewest(out, run);
  const report = shownPath(root, newest ? join(out, `${run.notebook}.html`) : fileOf(run, "html"));
  const what = pageIsOld ? "only text changed" : "nothing changed";
  const done = pageIsOld ? "written again" : toPrint && problems.length === 0 ? "printed" : undefined;
  const page = done ? `the report was ${done}: ${report}` : report;
  status.print(`${place}: ${what} since the run of ${clock(run.started)} (${page}); --force runs it again`);
  if (options.save) saveOutputs(file, executedNotebook(run), settings.values);
  return { name: file.name, status: "unchanged", problems: problems.length };
}

async function runClaimed(
  task: Task,
  { file, folder, begun }: Extract<Claim, { kind: "run" }>,
  signal: AbortSignal,
  status: StatusLine,
): Promise<TaskEnd> {
  const { place, root, settings, options, pages } = task;
  const page = shownPath(root, join(folder, "log.html"));
  status.print(`${place}: ${begun.resumed ? "resumed" : "started"}; to watch it, open ${page}`);
  pages.soon();
  const text = statusText(place);
  const { record, problems } = await runNotebookInto({
    root,
    folder,
    file,
    settings,
    begun,
    signal,
    limits: options.limits,
    pdf: options.pdf,
    events: {
      cell: (index, cells) => status.update(text.cell(index, cells)),
      output(output) {
        const beginning = text.beginning(output);
        if (beginning) status.print(beginning);
        status.update(text.output(output));
      },
      reporting: () => status.update(`${place}: writing the report`),
    },
  });
  pages.soon();
  for (const problem of problems) status.print(problem);
  if (record.status === "ok" && options.save) {
    saveOutputs(task.file, executedNotebook({ folder, notebook: file.name }), settings.values);
  }
  const time = duration(record.seconds);
  const report = shownPath(root, join(folder, `${file.name}.html`));
  status.print(
    record.status === "failed"
      ? `${place}: failed after ${time} in ${errorLine(record)} (${report})`
      : `${place}: ${record.status === "ok" ? "done in" : "stopped after"} ${time}`,
  );
  return { name: file.name, status: record.status, problems: problems.length };
}

/** A time of today by its hour and minute, any other with its day. */
function clock(started: string): string {
  const time = localTime(new Date(started)).slice(0, -3);
  const [today] = localTime(new Date()).split(" ");
  return time.startsWith(today) ? time.slice(today.length + 1) : time;
}
