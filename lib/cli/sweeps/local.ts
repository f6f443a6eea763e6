import type { NotebookFile } from "../notebook-files";
import { pageWriter } from "../runs/page-writer";
import { type StatusLine, sharedLines } from "../status-line";
import { claimPoint } from "./claim-point";
import { runPool } from "./pool";
import { outcome, runPoint } from "./run-point";
import { freeResources, shares, usualNeedBytes } from "./shares";
import type { PointState } from "./states";
import { stopRequests } from "./stop-requests";
import type { SweepFile } from "./sweep-file";

/** What `runLocally` takes. */
export interface LocalRuns {
  readonly root: string;
  readonly out: string;
  readonly sweep: SweepFile;
  readonly file: NotebookFile;
  /** How all points stand. */
  readonly states: readonly PointState[];
  /** Those of them that are to be run. */
  readonly open: readonly PointState[];
  /** How many runs go on at once, if not as many as fit. */
  readonly jobs?: number;
  /** What one run needs, if it isn't to be measured. */
  readonly memoryBytes?: number;
  readonly signal: AbortSignal;
  readonly status: StatusLine;
}

/** A run is taken to need so much more than the most that was measured. */
const margin = 1.15;

/**
 * Runs points on this machine, as many at once as fit: of each, its memory is what was given or, from the
 * first one that was measured, the most that one took.
 * @returns whether all ended: false when it was stopped by `signal`, or by a request in the sweep's folder.
 * @throws a one-line error when a file can't be written.
 */
export async function runLocally(runs: LocalRuns): Promise<boolean> {
  const { root, out, sweep, file, states, open, jobs, memoryBytes, status } = runs;
  const resources = freeResources();
  const measured = states.flatMap(({ run }) => run?.record?.peakMemoryBytes ?? []);
  const needBytes = () =>
    memoryBytes ?? (measured.length > 0 ? Math.max(...measured) * margin : usualNeedBytes);
  let left = open.length;
  const sharesNow = () => shares(resources, { points: Math.max(1, left), needBytes: needBytes(), jobs });
  const lines = sharedLines(status, Math.min(open.length, jobs ?? resources.cores));
  const free = lines.map((_, k) => k);
  const requests = stopRequests(out);
  const signal = AbortSignal.any([runs.signal, requests.signal]);
  const pages = pageWriter(out);
  let begun = 0;
  try {
    await runPool({
      items: open,
      limit: () => Math.min(sharesNow().jobs, lines.length),
      signal,
      run: async ({ point }) => {
        const place = `[${++begun}/${open.length}] ${point.id}`;
        const slot = free.shift() ?? 0;
        const line = lines[slot];
        const { threads } = sharesNow();
        try {
          const claimed = await claimPoint({ root, out, sweep, file, point });
          if (typeof claimed === "string") {
            line.print(`${place}: ${claimed}${claimed === "done" ? " meanwhile" : " elsewhere"}`);
            return;
          }
          line.print(`${place}: ${claimed.begun.resumed ? "started again" : "started"}`);
          const { record, problems } = await runPoint({
            root,
            point,
            claimed,
            file,
            limits: sweep.limits,
            signal,
            // What the environment says comes first.
            threads: process.env.ENGINE_THREADS ? undefined : threads,
            progress: line.update,
          });
          if (record.peakMemoryBytes > 0) measured.push(record.peakMemoryBytes);
          for (const problem of problems) line.print(problem);
          line.print(`${place}: ${outcome(record)}`);
        } finally {
          left--;
          line.update("");
          free.push(slot);
        }
        pages.soon();
      },
    });
  } finally {
    requests.close();
  }
  for (const problem of await pages.close()) status.print(problem);
  return !signal.aborted;
}
