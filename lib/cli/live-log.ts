import { writeAtomically } from "../files/atomic-write";
import type { Output } from "../notebook/executor/output";
import { dataMime, metricsMime, progressMime } from "../notebook/mime";
import type { CellOutput, OutputData } from "../notebook/nbformat";
import { type ProgressUpdate, progressText } from "../notebook/progress-text";
import type { RunEvents } from "../notebook/runner/run-notebook";
import type { RunLog } from "../report";

/** A page that shows a run while it goes on: the callbacks of `runNotebook`, and its end. */
export interface LiveLog extends Required<RunEvents> {
  /** Writes the page for the last time: it says how the run ended and no longer reloads itself. */
  end(how: {
    readonly status: Exclude<RunLog["status"], "running">;
    readonly error?: string;
    readonly links?: RunLog["links"];
  }): Promise<void>;
}

/** Options of {@link liveLog}. */
export interface LiveLogOptions extends Pick<RunLog, "title" | "facts" | "links"> {
  /** Seconds between two writings of the page, at least. Default 2. */
  readonly seconds?: number;
}

/** What the page keeps at most: lines, figures, and characters of what was printed. */
const most = { lines: 40, figures: 6, printed: 4000 } as const;

/** Seconds after which the page is written though nothing has happened: a dead one can be told from it. */
const heartbeat = 15;

/**
 * Writes the page `path` of a notebook's run while it goes on, whole or not at all each time. A page that
 * can't be written doesn't end the run, whose reports will say why.
 */
export function liveLog(path: string, { title, facts, links, seconds = 2 }: LiveLogOptions): LiveLog {
  const started = new Date();
  const lines = new Map<string, string>();
  const figures = new Map<string, CellOutput>();
  let [done, cells, printed, unnamed] = [0, 0, "", 0];
  let timer: NodeJS.Timeout | undefined;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let ended = false;

  async function write(how: Pick<RunLog, "status" | "error" | "links">): Promise<void> {
    const { renderLog } = await import("../report");
    if (ended && how.status === "running") return;
    const state = { title, facts, links, done, cells, started, now: new Date(), printed, ...how };
    try {
      writeAtomically(
        path,
        renderLog({ ...state, lines: [...lines.values()], figures: [...figures.values()] }),
        { flush: false },
      );
    } catch {
      // A full disk, or a folder that went away.
    }
  }

  function writeSoon(): void {
    if (ended) return;
    timer ??= setTimeout(
      () => {
        timer = undefined;
        writtenAt = performance.now();
        void write({ status: "running" });
      },
      Math.max(0, writtenAt + 1000 * seconds - performance.now()),
    ).unref();
  }
  const beat = setInterval(writeSoon, 1000 * heartbeat).unref();

  writeSoon();
  return {
    cell(index, count) {
      [done, cells] = [index, count];
      writeSoon();
    },
    output(output) {
      if (output.type === "stream") printed = (printed + output.text).slice(-most.printed);
      if (output.type === "display" || output.type === "result") {
        const id = (output.type === "display" && output.displayId) || `unnamed ${unnamed++}`;
        const progress = output.data[progressMime] as (ProgressUpdate & { label: string }) | undefined;
        if (progress)
          keep(lines, id, `${output.data["text/plain"] ?? progressText(progress.label, progress)}`);
        else keep(figures, id, asFigure(output));
      }
      for (const [kept, limit] of [
        [lines, most.lines],
        [figures, most.figures],
      ] as const) {
        for (const id of [...kept.keys()].slice(0, -limit)) kept.delete(id);
      }
      writeSoon();
    },
    async end(how) {
      ended = true;
      clearTimeout(timer);
      clearInterval(beat);
      if (how.status === "ok") done = cells;
      await write({ links, ...how });
    },
  };
}

/** Puts a value in the place of the older one of its id; nothing removes it. */
function keep<T>(into: Map<string, T>, id: string, value: T | undefined): void {
  if (value === undefined) into.delete(id);
  else into.set(id, value);
}

/** What is shown of a display; nothing for an empty one, or one that only records numbers. */
function asFigure({ data, metadata }: Exclude<Output, { type: "stream" | "error" }>): CellOutput | undefined {
  const entries = Object.entries(data).filter(([mime, value]) => !channels.includes(mime) && value !== "");
  if (entries.length === 0) return undefined;
  return {
    output_type: "display_data",
    data: Object.fromEntries(entries) as OutputData,
    metadata: (metadata ?? {}) as OutputData,
  };
}

const channels: readonly string[] = [metricsMime, dataMime, progressMime];
