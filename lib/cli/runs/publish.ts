import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-write";
import { filePieces } from "../../files/file-pieces";
import { writeFile } from "../write-file";
import { writeComparisons } from "./comparison-page";
import { indexEntries } from "./index-entries";
import { listRuns, type Run } from "./list-runs";
import { withRunsLocked } from "./lock";
import { fileOf } from "./look-up";
import { loadRenderer, pageBesideIndex } from "./run-page";
import { rowOf } from "./run-row";

/**
 * Brings the files beside `out/runs` up to date: copies of the newest complete run of each notebook, the
 * index of them, and the page of all runs.
 * @returns one line for each page that could not be rendered.
 * @throws a one-line error when a file can't be written.
 */
export function publish(out: string): Promise<string[]> {
  return withRunsLocked(out, async () => {
    const runs = listRuns(out);
    for (const run of newestComplete(runs)) copyFiles(out, run);
    const { renderIndex, renderRuns } = await loadRenderer();
    const problems = await writeComparisons(out, runs);
    const page = async (name: string, render: () => Promise<string>) => {
      let text: string;
      try {
        text = await render();
      } catch (error) {
        problems.push(`Can't render ${join(out, name)}: ${error instanceof Error ? error.message : error}`);
        return;
      }
      writeFile(join(out, name), text, { flush: false });
    };
    await page("index.html", async () =>
      renderIndex(await indexEntries(out, runs), {
        lead: "Executed notebooks: the newest complete run of each, and the answer that its cells computed.",
        links: [{ label: "All runs", href: "runs.html" }],
      }),
    );
    await page("runs.html", async () => renderRuns(runs.map((run) => rowOf(out, run))));
    return problems;
  });
}

const modified = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether the pages of `out` are there and no run's folder was added or removed since they were written. */
export const isPublished = (out: string) =>
  ["index.html", "runs.html"].every((name) => modified(join(out, name)) >= modified(join(out, "runs")));

/** Whether a run is the one whose files lie beside the index. */
export const isNewest = (out: string, run: Run) =>
  newestComplete(listRuns(out)).some(({ id }) => id === run.id);

/** The newest run of each notebook that is complete and has its files. */
function newestComplete(runs: readonly Run[]): Run[] {
  const newest = new Map<string, Run>();
  for (const run of runs) {
    if (run.status === "ok" && !newest.has(run.notebook) && isWhole(run)) newest.set(run.notebook, run);
  }
  return [...newest.values()];
}

const isWhole = (run: Run) => endings.every((ending) => existsSync(fileOf(run, ending)));

// The record comes last: with it, the copy is complete.
const endings = ["html", "ipynb", "metrics.json"] as const;

function copyFiles(out: string, run: Run): void {
  const record = fileOf(run, "metrics.json");
  const pdf = fileOf(run, "pdf");
  const printed = join(out, `${run.notebook}.pdf`);
  const copy = join(out, `${run.notebook}.metrics.json`);
  const page = fileOf(run, "html");
  const upToDate =
    existsSync(copy) &&
    readFileSync(copy).equals(readFileSync(record)) &&
    modified(join(out, `${run.notebook}.html`)) >= modified(page) &&
    modified(printed) >= modified(pdf);
  if (upToDate) return;
  if (existsSync(pdf)) writeAtomically(printed, readFileSync(pdf));
  else rmSync(printed, { force: true });
  for (const ending of endings) {
    const pieces = () => filePieces(fileOf(run, ending));
    const target = join(out, `${run.notebook}.${ending}`);
    writeAtomically(target, ending === "html" ? () => pageBesideIndex(pieces()) : pieces);
  }
}
