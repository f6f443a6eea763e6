import { join } from "node:path";
import { formatNotebook, type Notebook } from "../../notebook/nbformat";
import { runFacts } from "../run-facts";
import type { RunRecord } from "../run-record";
import { writeFile } from "../write-file";

/**
 * Writes `NAME.ipynb`, `NAME.metrics.json` and `NAME.html` into the folder of a run.
 * @returns one line for each page that could not be rendered.
 * @throws a one-line error when a file can't be written.
 */
export async function writeRunPage(folder: string, notebook: Notebook, record: RunRecord): Promise<string[]> {
  const { notebook: name, title } = record;
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  writeFile(path("ipynb"), formatNotebook(notebook));
  writeFile(path("metrics.json"), `${JSON.stringify(record, null, 2)}\n`);
  const { renderNotebook } = await loadRenderer();
  let page: string;
  try {
    page = await renderNotebook(notebook, { title, facts: runFacts(record), links: links(name) });
  } catch (error) {
    return [`Can't render ${path("html")}: ${error instanceof Error ? error.message : error}`];
  }
  writeFile(path("html"), page);
  return [];
}

/**
 * Loads the renderer of reports, which most of the command doesn't need. Done while the first notebook runs,
 * it costs no time; done after a Ctrl-C, which also ends the service that compiles TypeScript, it might be
 * too late.
 */
export const loadRenderer = () => import("../../report");

const toReports = "../../index.html";

const links = (name: string) => [
  { label: "All reports", href: toReports },
  { label: "Notebook", href: `${name}.ipynb` },
  { label: "Metrics", href: `${name}.metrics.json` },
];

/** The page of a run as it stands two folders further up, beside the index. */
export const pageBesideIndex = (page: string) =>
  // The first such link is the page's own: it comes before the notebook.
  page.replace(`href="${toReports}"`, 'href="index.html"');
