import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Notebook, parseNotebook } from "../../notebook/nbformat";

/** A notebook to start from: a question in the plane that runs in seconds, with all that a report needs. */
export function templateNotebook(title: string): Notebook {
  const path = join(__dirname, "template.ipynb");
  const notebook = parseNotebook(readFileSync(path, "utf8"), path);
  const [first, ...rest] = notebook.cells;
  return { ...notebook, cells: [{ ...first, source: first.source.replace("TITLE", () => title) }, ...rest] };
}
