import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { html } from "../../text";
import { writeFile } from "../write-file";
import type { Run } from "./list-runs";
import { fileOf } from "./look-up";

const ending = ".compare.html";

/** The name of the page that compares a notebook's newest complete run with the one before it. */
export const comparisonName = (notebook: string) => `${notebook}${ending}`;

/**
 * Writes `out/NOTEBOOK.compare.html` for each notebook that has two complete runs, unless it is there; a
 * page that has lost its runs goes.
 * @param runs all runs, the newest first
 * @returns one line for each page that could not be written.
 */
export async function writeComparisons(out: string, runs: readonly Run[]): Promise<string[]> {
  const problems: string[] = [];
  const complete = runs.filter((run) => run.status === "ok" && existsSync(fileOf(run, "metrics.json")));
  const old = readdirSync(out).flatMap((file) =>
    file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
  );
  for (const notebook of new Set([...old, ...runs.map((run) => run.notebook)])) {
    const file = join(out, comparisonName(notebook));
    const [newest, before] = complete.filter((run) => run.notebook === notebook);
    if (!before) {
      rmSync(file, { force: true });
      continue;
    }
    if (isOf(file, [newest, before])) continue;
    try {
      const { asPage, compareRuns, findRuns } = await loadComparison();
      const found = findRuns([before.folder, newest.folder], { root: out, from: out });
      if (found.runs.length < 2) continue;
      const comparison = compareRuns(found.runs, found.leftOut, {
        by: ["run"],
        over: "seed",
        allPairs: false,
        metrics: [],
        lower: [],
        higher: [],
      });
      writeFile(file, await asPage(comparison, file), { flush: false });
    } catch (error) {
      rmSync(file, { force: true });
      problems.push(`Can't write ${file}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return problems;
}

/** Loaded where it is needed: it brings the renderer, which starting a run should not wait for. */
const loadComparison = async () => ({
  ...(await import("../comparison/as-page")),
  ...(await import("../comparison/compare-runs")),
  ...(await import("../comparison/find-runs")),
});

/** Whether a page names these runs. */
function isOf(file: string, runs: readonly Run[]): boolean {
  if (!existsSync(file)) return false;
  const page = readFileSync(file, "utf8");
  return runs.every(({ id }) => page.includes(`${html`${id}`}`));
}
