import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { cellsIn } from "../../notebook/cells-in-file";
import { notebookOf } from "../../notebook/nbformat";
import type { IndexEntry } from "../../report";
import { errorLine, type RunRecord } from "../run-record";
import { comparisonName } from "./comparison-page";
import type { Run } from "./list-runs";
import { fileOf } from "./look-up";
import { loadRenderer } from "./run-page";

/**
 * The entries of the index of `out`, in the order of the notebooks' names: the reports that lie there, and
 * the newest runs of notebooks that have not been complete yet.
 * @param runs all runs, the newest first
 */
export async function indexEntries(out: string, runs: readonly Run[]): Promise<IndexEntry[]> {
  const ending = ".metrics.json";
  const names = readdirSync(out).flatMap((file) =>
    file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
  );
  const others = runs.filter(
    (run, k) =>
      run.record &&
      !names.includes(run.notebook) &&
      k === runs.findIndex(({ record, notebook }) => record && notebook === run.notebook),
  );
  // In turn: each holds a notebook's pictures.
  const entries: NamedEntry[] = [];
  for (const name of names) {
    const entry = await entryOf(out, join(out, name), name);
    const [newest] = runs.filter((run) => run.notebook === name);
    const comparison = join(out, comparisonName(name));
    const comparisonHref = existsSync(comparison) ? hrefOf(out, comparison) : undefined;
    if (entry) entries.push({ ...entry, note: newest && noteOf(out, newest), comparisonHref });
  }
  for (const { folder, notebook } of others) {
    const entry = await entryOf(out, join(folder, notebook), notebook);
    if (entry) entries.push(entry);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A sentence about the newest run, where it is none that the report can be of. */
function noteOf(out: string, run: Run): IndexEntry["note"] {
  if (!run.record || run.status === "ok") return undefined;
  const what = run.status === "failed" ? `failed in ${errorLine(run.record)}` : "was stopped";
  return { text: `A later run ${what}`, href: hrefOf(out, fileOf(run, "html")) };
}

type NamedEntry = IndexEntry & { readonly name: string };

async function entryOf(out: string, path: string, name: string): Promise<NamedEntry | undefined> {
  try {
    const { answerOf, excerptOf, thumbnailOf } = await loadRenderer();
    const record = JSON.parse(readFileSync(`${path}.metrics.json`, "utf8")) as RunRecord;
    const notebook = notebookOf(excerptOf(cellsIn(`${path}.ipynb`)));
    return {
      name,
      number: /^\d+/.exec(name)?.[0],
      title: record.title,
      href: hrefOf(out, `${path}.html`),
      scale: `${record.scale ?? ""}`,
      status: record.status,
      durationSeconds: record.seconds,
      started: record.started,
      about: aboutOf(record),
      metrics: record.metrics,
      answer: answerOf(notebook, hrefOf(out, `${path}.html`)),
      thumbnail: await thumbnailOf(notebook),
      notebookHref: hrefOf(out, `${path}.ipynb`),
      metricsHref: hrefOf(out, `${path}.metrics.json`),
    };
  } catch {
    // The files belong to another program, or were removed.
    return undefined;
  }
}

function aboutOf({ git, machine }: RunRecord): string[] {
  const commit = git && `commit ${git.commit.slice(0, 7)}${git.dirty ? " with changes" : ""}`;
  // Records of other versions may lack it.
  const processor = (machine as typeof machine | undefined) && `${machine.cpu}, ${machine.cores} cores`;
  return [commit, processor].filter((words): words is string => !!words);
}

/** The address of a file for a page in `out`. */
export const hrefOf = (out: string, path: string) =>
  relative(out, path).split(sep).map(encodeURIComponent).join("/");
