import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { makeFolder } from "../../files/atomic-write";
import type { TimeLimits } from "../../notebook/runner/time-limits";
import { duration } from "../../text";
import type { NotebookFile } from "../notebook-files";
import { errorLine, type RunRecord } from "../run-record";
import { type FinishedRun, runNotebookInto } from "../runs/run-notebook-into";
import { statusLine } from "../status-line";
import { statusText } from "../status-text";
import type { ClaimedPoint } from "./claim-point";
import type { Point } from "./points";

/** What `runPoint` takes. */
export interface PointRun {
  readonly root: string;
  readonly point: Point;
  readonly claimed: ClaimedPoint;
  readonly file: NotebookFile;
  /** The longest that it and each of its cells may run; default: as long as they like. */
  readonly limits?: TimeLimits;
  readonly signal: AbortSignal;
  /** The threads of the engine, if not as many as it takes by itself. */
  readonly threads?: number;
  /** Is told what the run is at. */
  readonly progress?: (text: string) => void;
}

/** The file of a run's log, in its folder. */
export const logFile = "log.txt";

/** Seconds between two lines of a log about the same work. */
const logInterval = 10;

/**
 * Runs one point, whose run has begun, into its folder, and keeps a log of it there.
 * @throws a one-line error when a file can't be written.
 */
export async function runPoint(run: PointRun): Promise<FinishedRun> {
  const { root, point, claimed, file, limits, signal, threads, progress } = run;
  const { folder, settings, begun } = claimed;
  const log = openLog(folder);
  const text = statusText(point.id);
  const tell = (line: string) => {
    log.update(line);
    progress?.(line);
  };
  log.print(
    `${point.id}: ${begun.resumed ? "started again" : "started"}${threads === undefined ? "" : ` with ${threadsText(threads)}`}`,
  );
  try {
    const finished = await runNotebookInto({
      root,
      folder,
      file,
      settings,
      begun,
      signal,
      limits,
      env: threads === undefined ? {} : { ENGINE_THREADS: `${threads}` },
      events: {
        cell: (index, cells) => tell(text.cell(index, cells)),
        output: (output) => {
          tell(text.output(output));
          if (output.type === "error") log.print(stripVTControlCharacters(output.traceback.join("\n")));
        },
      },
    });
    for (const problem of finished.problems) log.print(problem);
    log.print(`${point.id}: ${outcome(finished.record)}`);
    return finished;
  } finally {
    log.close();
  }
}

const threadsText = (threads: number) => `${threads} ${threads === 1 ? "thread" : "threads"}`;

/** How a run ended, in a few words. */
export function outcome(record: RunRecord): string {
  const time = duration(record.seconds);
  if (record.status === "failed") return `failed after ${time} in ${errorLine(record)}`;
  return `${record.status === "ok" ? "done in" : "stopped after"} ${time}`;
}

function openLog(folder: string) {
  makeFolder(folder);
  const path = join(folder, logFile);
  const write = (text: string) => {
    const time = new Date().toISOString().slice(0, 19).replace("T", " ");
    try {
      appendFileSync(path, `${time} ${text}`);
    } catch {
      // A run is worth more than its log.
    }
  };
  return statusLine({ write }, logInterval);
}
