import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expected, nearest, UsageError } from "../errors";
import { writeAtomically } from "../files/atomic-write";
import { matches } from "./notebook-files";
import { fingerprint, tidiedText } from "./tidy-notebook";

// People open copies of the project's notebooks, so that playing with one changes no file that git tracks.

/** The folder of the copies, in the project's; git ignores it. */
export const copiesFolder = "work";

/** What has become of a copy since it was made, or that it is none: a notebook of the user's own. */
export type CopyState = "as its original" | "edited" | "edited, and so is its original" | "your own";

/** A notebook in the folder of copies. */
export interface Copy {
  readonly name: string;
  readonly state: CopyState;
}

/**
 * Copies the notebooks of the project in `root` that have no copy yet, or one that was not edited and is out
 * of date. Copies that were edited stay as they are.
 */
export function refreshCopies(root: string): readonly Copy[] {
  const folders = foldersOf(root);
  const record = readRecord(folders);
  const names = new Set([...notebooksIn(folders.originals), ...notebooksIn(folders.copies)]);
  for (const name of names) {
    const { original, copy, copied } = versionsOf(folders, record, name);
    if (original === undefined) {
      // Its original is gone, and nobody has changed it.
      if (copied !== undefined && copy?.print === copied) rmSync(copy.path);
      delete record[name];
    } else if (copy === undefined || copy.print === copied || copy.print === original.print) {
      if (copy?.print !== original.print) write(join(folders.copies, `${name}.ipynb`), original.text);
      record[name] = original.print;
    }
  }
  writeRecord(folders, record);
  return listCopies(root);
}

/** The notebooks in the folder of copies, by name. */
export function listCopies(root: string): readonly Copy[] {
  const folders = foldersOf(root);
  const record = readRecord(folders);
  return notebooksIn(folders.copies).map((name) => ({
    name,
    state: stateOf(versionsOf(folders, record, name)),
  }));
}

/** The path of the copy that a number, a name or an original's path means; nothing when there is none. */
export function copyNamed(root: string, entry: string): string | undefined {
  const { copies } = foldersOf(root);
  const plain = entry.startsWith(`${copiesFolder}/`) ? entry.slice(copiesFolder.length + 1) : entry;
  const name = notebooksIn(copies).find((one) => matches(one, plain));
  return name && join(copies, `${name}.ipynb`);
}

/**
 * Writes a copy back over its original, tidied; a notebook of the user's own is added to the project's.
 * @returns a line that says what was done.
 * @throws a one-line error when there is no such copy, it is not a notebook, or, without `force`, when the
 *   original has changed since it was copied.
 */
export function bringBack(root: string, entry: string, { force = false }: { force?: boolean } = {}): string {
  const folders = foldersOf(root);
  const record = readRecord(folders);
  const path = copyNamed(root, entry);
  if (path === undefined) {
    const names = notebooksIn(folders.copies);
    const near = nearest(entry, names);
    const advice = near ? `Did you mean ${near}?` : `There are: ${names.join(", ") || "none"}.`;
    throw new UsageError(`There is no notebook "${entry}" in ${copiesFolder}/. ${advice}`);
  }
  const name = path.slice(folders.copies.length + 1, -".ipynb".length);
  const versions = versionsOf(folders, record, name);
  const { original, copy } = versions;
  const [from, to] = [`${copiesFolder}/${name}.ipynb`, `notebooks/${name}.ipynb`];
  const state = stateOf(versions);
  if (copy === undefined) throw expected(`the notebook ${from}`, "no such file");
  if (state === "as its original") return `${from} was not edited: there is nothing to bring back.`;
  if (state === "edited, and so is its original" && !force) {
    throw new UsageError(
      `${to} has changed since ${from} was copied from it. Compare the two, and add --force to overwrite it.`,
    );
  }
  const text = tidiedText(copy.text, original?.text, from);
  write(join(folders.originals, `${name}.ipynb`), text);
  record[name] = fingerprint(text);
  writeRecord(folders, record);
  return original ? `${to} is now as ${from}.` : `${from} is now among the project's notebooks, as ${to}.`;
}

interface Folders {
  readonly originals: string;
  readonly copies: string;
}

const foldersOf = (root: string): Folders => ({
  originals: join(root, "notebooks"),
  copies: join(root, copiesFolder),
});

interface Version {
  readonly path: string;
  readonly text: string;
  readonly print: string;
}

/** A notebook as it is in both folders, and the fingerprint that it had when it was copied. */
interface Versions {
  readonly original?: Version;
  readonly copy?: Version;
  readonly copied?: string;
}

function versionsOf(
  { originals, copies }: Folders,
  record: Readonly<Record<string, string>>,
  name: string,
): Versions {
  const read = (folder: string): Version | undefined => {
    const path = join(folder, `${name}.ipynb`);
    if (!existsSync(path)) return undefined;
    const text = readFileSync(path, "utf8");
    return { path, text, print: fingerprint(text) };
  };
  return { original: read(originals), copy: read(copies), copied: record[name] };
}

function stateOf({ original, copy, copied }: Versions): CopyState {
  if (original === undefined) return "your own";
  if (copy?.print === original.print || copy?.print === copied) return "as its original";
  return original.print === copied ? "edited" : "edited, and so is its original";
}

function notebooksIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ipynb"))
    .sort()
    .map((file) => file.slice(0, -".ipynb".length));
}

// What each copy was made from: fingerprints by name.
const recordFile = ({ copies }: Folders) => join(copies, ".copies.json");

function readRecord(folders: Folders): Record<string, string> {
  try {
    return JSON.parse(readFileSync(recordFile(folders), "utf8"));
  } catch {
    return {};
  }
}

const writeRecord = (folders: Folders, record: Readonly<Record<string, string>>) =>
  write(recordFile(folders), `${JSON.stringify(record, null, 2)}\n`);

const write = (path: string, text: string) =>
  writeAtomically(path, text, { advice: "Move it out of the way and run the command again." });
