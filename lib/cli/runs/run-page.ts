import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Aside } from "../../files/aside";
import { type Notebook, notebookPieces, type OutputsOf } from "../../notebook/nbformat";
import { runFacts } from "../run-facts";
import type { RunRecord } from "../run-record";
import { writeFile } from "../write-file";

/** How the page of a run is written. */
export interface PageOptions {
  /** Whether it is also printed to `NAME.pdf`; a PDF of an older page goes. Default false. */
  readonly pdf?: boolean;
  /** Where the cells' outputs are found. Default: in the notebook. */
  readonly outputsOf?: OutputsOf;
  /** Where the page is kept while it is made. Default: in memory. */
  readonly aside?: Aside;
}

/**
 * Writes `NAME.ipynb`, `NAME.metrics.json` and `NAME.html` into the folder of a run, and prints that page.
 * @returns one line for each page that could not be rendered or printed.
 * @throws a one-line error when a file can't be written.
 */
export async function writeRunPage(
  folder: string,
  notebook: Notebook,
  record: RunRecord,
  { pdf = false, outputsOf, aside }: PageOptions = {},
): Promise<string[]> {
  const { notebook: name, title } = record;
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  writeFile(path("ipynb"), () => notebookPieces(notebook, outputsOf));
  writeFile(path("metrics.json"), `${JSON.stringify(record, null, 2)}\n`);
  rmSync(path("pdf"), { force: true });
  const { notebookPage, printPdf } = await loadRenderer();
  const problem = (what: string, error: unknown) => [
    `Can't ${what} ${path("html")}: ${error instanceof Error ? error.message : error}`,
  ];
  const render = (more: readonly Link[]) =>
    notebookPage(
      notebook,
      { title, facts: runFacts(record), links: [...links(name), ...more] },
      { outputsOf, aside },
    );
  let page: Awaited<ReturnType<typeof render>>;
  try {
    page = await render([]);
  } catch (error) {
    return problem("render", error);
  }
  writeFile(path("html"), () => page);
  if (!pdf) return [];
  try {
    await printPdf(path("html"), path("pdf"));
  } catch (error) {
    return problem("print", error);
  }
  const printed = await render([{ label: "PDF", href: `${name}.pdf` }]);
  writeFile(path("html"), () => printed);
  return [];
}

/**
 * Loads the renderer of reports, which most of the command doesn't need. Done while the first notebook runs,
 * it costs no time; done after a Ctrl-C, which also ends the service that compiles TypeScript, it might be
 * too late.
 */
export const loadRenderer = () => import("../../report");

const toReports = "../../index.html";

interface Link {
  readonly label: string;
  readonly href: string;
}

const links = (name: string): Link[] => [
  { label: "All reports", href: toReports },
  { label: "Notebook", href: `${name}.ipynb` },
  { label: "Metrics", href: `${name}.metrics.json` },
];

/** The page of a run as it stands two folders further up, beside the index; both in pieces. */
export function* pageBesideIndex(pieces: Iterable<Uint8Array>): Iterable<Uint8Array> {
  const link = Buffer.from(`href="${toReports}"`);
  let found = false;
  // The first such link is the page's own: it comes before the notebook, in the first piece.
  for (const piece of pieces) {
    const at = found ? -1 : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).indexOf(link);
    found = true;
    if (at < 0) yield piece;
    else yield* [piece.subarray(0, at), Buffer.from('href="index.html"'), piece.subarray(at + link.length)];
  }
}
