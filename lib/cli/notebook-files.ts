import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { nearest, UsageError } from "../errors";
import { languageOf, type Notebook, parseNotebook } from "../notebook/nbformat";
import { failure } from "./exit-codes";
import { filesMatching, isPattern } from "./patterns";

/** A notebook's file: a name for its reports, which no other selected one has; its path; its content. */
export interface NotebookFile {
  readonly name: string;
  readonly path: string;
  readonly notebook: Notebook;
}

/** Which notebooks a command line names. */
export interface Selection {
  /** The folder whose notebooks are meant when no paths are given. */
  readonly folder: string;
  /** Files, folders and patterns; empty for all of `folder`. */
  readonly paths: readonly string[];
  /** What relative paths are relative to: the first of these folders in which there is such a path. */
  readonly from: readonly string[];
  /** Of these notebooks, those with such a name or number; empty for all. */
  readonly only: readonly string[];
  /** Whether all of `folder` is meant where nothing is named. Default: those tagged `paper`, if any is. */
  readonly all?: boolean;
}

/** The notebooks of a command line. */
export interface SelectedNotebooks {
  readonly files: readonly NotebookFile[];
  /** Lines about notebooks in folders and patterns that are not in TypeScript, and are left out. */
  readonly skipped: readonly string[];
  /** How many notebooks of `folder` are left out because nothing was named and they aren't tagged `paper`. */
  readonly untagged: number;
}

/**
 * Reads the notebooks that a command line selects, in the order of its paths, and of their names within each.
 * @throws a one-line error when there is none, none for a path or an entry of `only`, or one that was asked
 *   for by its own path is in another language.
 */
export function selectNotebooks({ folder, paths, from, only, all }: Selection): SelectedNotebooks {
  const found =
    paths.length > 0 ? paths.flatMap((path) => pathsOf(path, from, orByName)) : notebooksIn(folder);
  if (found.length === 0) throw new UsageError(`There are no notebooks in ${folder}.`);
  const named = withNames([...new Set(found)]);
  const chosen = chosenOf(named, only);
  const skipped: string[] = [];
  const files = chosen.flatMap(({ name, path }): NotebookFile[] => {
    const notebook = readNotebookFile(path, shortPath(path, from));
    const language = languageOf(notebook);
    if (runs(language)) return [{ name, path, notebook }];
    const line = `${shortPath(path, from)} is a notebook in ${language}, and only those in TypeScript can be run`;
    if (paths.some((given) => from.some((base) => resolve(base, given) === path))) {
      throw new UsageError(`${line}.`);
    }
    skipped.push(`${line}: left out.`);
    return [];
  });
  if (files.length === 0) throw new UsageError(skipped[0].replace(/: left out\.$/, "."));
  const tagged = all || paths.length + only.length > 0 ? [] : files.filter(isOfPaper);
  if (tagged.length === 0) return { files, skipped, untagged: 0 };
  return { files: tagged, skipped, untagged: files.length - tagged.length };
}

/** @throws a one-line error, as of what failed, when the file is damaged or can't be read. */
export function readNotebookFile(path: string, shown: string): Notebook {
  try {
    return parseNotebook(readFileSync(path, "utf8"), shown);
  } catch (error) {
    throw failure(error);
  }
}

/** Whether a notebook's own metadata has the tag `paper`: it reproduces what the paper shows. */
export const isOfPaper = ({ notebook }: Pick<NotebookFile, "notebook">) => {
  const { tags } = notebook.metadata;
  return Array.isArray(tags) && tags.includes("paper");
};

const runs = (language: string | undefined) =>
  language === undefined || ["typescript", "javascript"].includes(language.toLowerCase());

const orByName = " To choose notebooks of the project by number or name, use --only.";

function pathsOf(given: string, from: readonly string[], advice = ""): string[] {
  for (const base of from) {
    const path = resolve(base, given);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) {
      const found = notebooksIn(path);
      if (found.length === 0) throw new UsageError(`There are no notebooks in ${given}.`);
      return found;
    }
    if (stats && !path.endsWith(".ipynb")) throw new UsageError(`${given} is not a notebook (.ipynb).`);
    if (stats) return [path];
    const matching = isPattern(given) ? filesMatching(path).filter((file) => file.endsWith(".ipynb")) : [];
    if (matching.length > 0) return matching;
  }
  const what = isPattern(given) ? "notebook that matches" : "file or folder";
  throw new UsageError(`There is no ${what} "${given}".${advice}`);
}

function notebooksIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(".ipynb"))
      .sort()
      .map((file) => join(folder, file));
  } catch {
    return [];
  }
}

/** A notebook's path, and a name that no other of the same command line has. */
export interface NamedPath {
  readonly name: string;
  readonly path: string;
}

/**
 * The notebooks, of any language, that files, folders and patterns stand for, each once.
 * @param from what relative paths are relative to: the first of these folders in which there is such a path
 * @throws a one-line error for a path that stands for none.
 */
export function notebookPaths(paths: readonly string[], from: readonly string[]): NamedPath[] {
  return withNames([...new Set(paths.flatMap((path) => pathsOf(path, from)))]);
}

/** Each path with its file's name; where files share one, with their folders' names before it. */
function withNames(paths: readonly string[]): NamedPath[] {
  const nameAt = (path: string, folders: number): string => {
    const parts = [basename(path, ".ipynb")];
    for (let at = dirname(path), k = 0; k < folders; at = dirname(at), k++) parts.unshift(basename(at));
    return parts.join("-");
  };
  return paths.map((path) => {
    let folders = 0;
    const shared = () =>
      paths.some((other) => other !== path && nameAt(other, folders) === nameAt(path, folders));
    while (shared() && folders < path.split(sep).length) folders++;
    return { name: nameAt(path, folders), path };
  });
}

function chosenOf(named: readonly NamedPath[], only: readonly string[]): readonly NamedPath[] {
  const names = named.map(({ name }) => name);
  for (const entry of only) {
    if (names.some((name) => matches(name, entry))) continue;
    const near = nearest(entry, names) ?? names.find((name) => name.includes(entry.replace(/\.ipynb$/, "")));
    const advice = near ? `Did you mean ${near}?` : `There are: ${names.join(", ")}.`;
    throw new UsageError(`There is no notebook "${entry}". ${advice}`);
  }
  return only.length === 0 ? named : named.filter(({ name }) => only.some((entry) => matches(name, entry)));
}

/** Whether `entry`, a number, a name or a file in `notebooks/`, means the notebook `name`. */
export function matches(name: string, entry: string): boolean {
  const wanted = /^\d$/.test(entry)
    ? `0${entry}`
    : entry.replace(/^(?:\.[\\/])?notebooks[\\/]/, "").replace(/\.ipynb$/, "");
  return name === wanted || name.startsWith(`${wanted}-`);
}

function shortPath(path: string, from: readonly string[]): string {
  const inside = from.map((base) => relative(base, path)).find((short) => !short.startsWith(".."));
  return (inside ?? path).split(sep).join("/");
}
