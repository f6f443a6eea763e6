import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatNotebook, type Notebook, parseNotebook } from "../notebook/nbformat";
import type { IndexEntry } from "../report";
import { runFacts } from "./run-facts";
import type { RunRecord } from "./run-record";
import { writeFile } from "./write-file";

/**
 * Writes `NAME.ipynb`, `NAME.metrics.json` and `NAME.html` of one run, and the index of all runs in `out`.
 * @returns one line per page that could not be rendered.
 * @throws a one-line error when a file can't be written.
 */
export async function writeReport(out: string, notebook: Notebook, record: RunRecord): Promise<string[]> {
  const { notebook: name } = record;
  const path = (ending: string) => join(out, `${name}.${ending}`);
  writeFile(path("ipynb"), formatNotebook(notebook));
  writeFile(path("metrics.json"), `${JSON.stringify(record, null, 2)}\n`);
  const { renderIndex, renderNotebook } = await loadRenderer();
  const problems: string[] = [];
  const page = async (file: string, render: () => Promise<string>) => {
    let html: string;
    try {
      html = await render();
    } catch (error) {
      problems.push(`Can't render ${file}: ${error instanceof Error ? error.message : error}`);
      return;
    }
    writeFile(file, html);
  };
  await page(path("html"), () =>
    renderNotebook(notebook, {
      title: record.title,
      facts: runFacts(record),
      links: [
        { label: "All reports", href: "index.html" },
        { label: "Notebook", href: `${name}.ipynb` },
        { label: "Metrics", href: `${name}.metrics.json` },
      ],
    }),
  );
  await page(join(out, "index.html"), async () => renderIndex(await entriesIn(out)));
  return problems;
}

/**
 * Loads the renderer of reports, which most of the command doesn't need. Done while the first notebook runs,
 * it costs no time; done after a Ctrl-C, which also ends the service that compiles TypeScript, it might be
 * too late.
 */
export const loadRenderer = () => import("../report");

/** Index entries of all runs whose reports are in `out`, in the order of the notebooks' names. */
async function entriesIn(out: string): Promise<IndexEntry[]> {
  const files = readdirSync(out).filter((file) => file.endsWith(".metrics.json"));
  const entries = await Promise.all(files.sort().map((file) => entryOf(out, file)));
  return entries.filter((entry) => entry !== undefined);
}

async function entryOf(out: string, file: string): Promise<IndexEntry | undefined> {
  const name = file.slice(0, -".metrics.json".length);
  try {
    const { thumbnailOf } = await loadRenderer();
    const record = JSON.parse(readFileSync(join(out, file), "utf8")) as RunRecord;
    const notebook = parseNotebook(readFileSync(join(out, `${name}.ipynb`), "utf8"), `${name}.ipynb`);
    return {
      title: record.title,
      href: `${name}.html`,
      scale: `${record.scale ?? ""}`,
      status: record.status,
      durationSeconds: record.seconds,
      metrics: Object.fromEntries(Object.entries(record.metrics).slice(0, 6)),
      thumbnail: await thumbnailOf(notebook),
      notebookHref: `${name}.ipynb`,
      metricsHref: file,
    };
  } catch {
    // The files belong to another program, or to a run that is still being written.
    return undefined;
  }
}
