import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest, UsageError } from "../errors";
import { type Notebook, parseNotebook } from "../notebook/nbformat";

/** A notebook of the project: its file name without the extension, and its content. */
export interface NotebookFile {
  readonly name: string;
  readonly path: string;
  readonly notebook: Notebook;
}

/**
 * The notebooks in `folder` in the order of their names; of these, if `only` is not empty, those whose name
 * or number is in it.
 * @throws when there is no notebook, or none for an entry of `only`.
 */
export function readNotebooks(folder: string, only: readonly string[]): NotebookFile[] {
  const names = namesIn(folder);
  if (names.length === 0) throw new UsageError(`There are no notebooks in ${folder}.`);
  const chosen =
    only.length === 0 ? names : names.filter((name) => only.some((entry) => matches(name, entry)));
  for (const entry of only) {
    if (names.some((name) => matches(name, entry))) continue;
    const near = nearest(entry, names) ?? names.find((name) => name.includes(entry.replace(/\.ipynb$/, "")));
    const advice = near ? `Did you mean ${near}?` : `There are: ${names.join(", ")}.`;
    throw new UsageError(`There is no notebook "${entry}". ${advice}`);
  }
  return chosen.map((name) => {
    const path = join(folder, `${name}.ipynb`);
    return { name, path, notebook: parseNotebook(readFileSync(path, "utf8"), `notebooks/${name}.ipynb`) };
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(".ipynb"))
      .map((file) => file.slice(0, -".ipynb".length))
      .sort();
  } catch {
    return [];
  }
}

function matches(name: string, entry: string): boolean {
  const wanted = /^\d$/.test(entry)
    ? `0${entry}`
    : entry.replace(/^notebooks[\\/]/, "").replace(/\.ipynb$/, "");
  return name === wanted || name.startsWith(`${wanted}-`);
}
