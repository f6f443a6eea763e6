import { join, resolve } from "node:path";
import { expected, UsageError } from "../../errors";
import { checkPrinter, printPdf, renderNotebook } from "../../report";
import { type NamedPath, notebookPaths, readNotebookFile } from "../notebook-files";
import { writeFile } from "../write-file";
import { knownFacts } from "./known-facts";
import type { RenderOptions } from "./options";
import { stateNotices } from "./state";

/** Where paths are looked for, and what is told of each page. */
export interface RenderSurroundings {
  /** The project's folder. */
  readonly root: string;
  /** What paths are relative to, before `root`. */
  readonly from: string;
  /** Prints a line. */
  readonly print: (line: string) => void;
  /** A path as it is shown. */
  readonly shown: (path: string) => string;
}

/**
 * Writes the pages, and the PDFs, of notebooks as they are.
 * @returns how many could not be rendered; each has printed a line that says why.
 * @throws a one-line error when no notebook is found, none can print, or a file can't be written.
 */
export async function renderFiles(options: RenderOptions, surroundings: RenderSurroundings): Promise<number> {
  const { root, from, print, shown } = surroundings;
  if (options.pdf) checkPrinter();
  const files = notebookPaths(options.paths, [from, root]);
  const one = options.out !== undefined && /\.html?$/i.test(options.out);
  if (one && files.length > 1) {
    throw expected("a folder after --out for several notebooks", `"${options.out}"`);
  }
  let failed = 0;
  for (const file of files) {
    const page = pageOf(file, options.out, from, one);
    try {
      const notices = await renderFile(file, page, options);
      print(`${shown(page)}${options.pdf ? ` and ${shown(pdfOf(page))}` : ""}`);
      for (const notice of notices) print(`  ${notice}`);
    } catch (error) {
      if (!(error instanceof UsageError) || files.length === 1) throw error;
      failed++;
      print(`${shown(file.path)}: ${error.message}`);
    }
  }
  return failed;
}

function pageOf({ name, path }: NamedPath, out: string | undefined, from: string, one: boolean): string {
  if (out === undefined) return path.replace(/\.ipynb$/, ".html");
  return one ? resolve(from, out) : join(resolve(from, out), `${name}.html`);
}

const pdfOf = (page: string) => page.replace(/\.html?$/i, ".pdf");

async function renderFile(
  { name, path }: NamedPath,
  page: string,
  options: RenderOptions,
): Promise<string[]> {
  const notebook = readNotebookFile(path, path);
  const notices = stateNotices(notebook);
  const facts = knownFacts(path, notebook);
  const code = options.fold ? "folded" : "shown";
  writeFile(page, await renderNotebook(notebook, { title: name, facts, notices, code }));
  if (options.pdf) await printPdf(page, pdfOf(page));
  return notices;
}
