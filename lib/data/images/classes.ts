import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { advise, choose, expected, option, UsageError } from "../../errors";
import { folderPath } from "../../files/folder-path";
import { decodeText, parseDelimited } from "../../formats/delimited";
import type { FileNote } from "./list-files";

/** A CSV or TSV file with a row for each image. */
export interface LabelFile {
  /** Its path, from the folder of the images or from the working directory. */
  readonly csv: string;
  /**
   * The column with the images' files, relative to the folder, or by their names alone, with or without
   * ending. Default: the first called file, filename, path, image or name.
   */
  readonly file?: string;
  /** The column with the classes. Default: the first called label, class or category. */
  readonly label?: string;
  /** The column with what may not be on both sides of the split, such as patients. Default: none. */
  readonly group?: string;
}

/** Where the classes of images come from. */
export type ClassSource =
  /** The first folder on the way from the folder of all images (or of the split) to the image. */
  | "folders"
  | "none"
  | LabelFile
  /** A function of the file's path, relative to the folder; undefined leaves the image out. */
  | ((file: string) => string | undefined);

/** What is known of each image besides its pixels. */
export interface Labelled {
  readonly file: string;
  readonly label?: string;
  readonly group?: string;
}

/** Files with their classes, and those without any. */
export interface Labels {
  readonly labelled: readonly Labelled[];
  readonly leftOut: readonly FileNote[];
  /** Whether there are classes. */
  readonly classes: boolean;
  readonly notes: readonly string[];
}

/**
 * The classes of files.
 * @param files relative to the folder, with slashes
 * @param skip parts of a path to pass over when folders are classes: 1 where the first names the split
 * @throws UsageError when folders leave it open, or the file of labels doesn't fit.
 */
export function labelsOf(
  files: readonly string[],
  source: ClassSource | undefined,
  { folder, skip }: { readonly folder: string; readonly skip: number },
): Labels {
  if (typeof source === "function") {
    return byFunction(files, source);
  }
  if (typeof source === "object" && source !== null) return byFile(files, source, folder);
  if (source !== undefined) choose("classes", source, { folders: true, none: true });
  if (source === "none") return without(files);
  const folderOf = (file: string) => file.split("/").slice(skip, -1)[0];
  const folders = new Set(files.map(folderOf));
  if (source === undefined) {
    if (folders.has(undefined as never) && folders.size > 1) {
      const lone = files.find((file) => folderOf(file) === undefined);
      const other = files.find((file) => folderOf(file) !== undefined);
      throw expected(
        `all images in folders, which are their classes, or none in "${folder}"`,
        `"${lone}" beside "${other}"`,
        "Sort all of them into folders, or none.",
        advise`Or pass ${option("classes", "none")} for images without classes, or ${option("classes", "folders")} to leave the others out.`,
      );
    }
    if (folders.size < 2) return without(files);
  }
  const labelled = files.filter((file) => folderOf(file) !== undefined);
  if (labelled.length === 0) {
    throw expected(`images in folders, one for each class, in "${folder}"`, "none in any folder");
  }
  return {
    labelled: labelled.map((file) => ({ file, label: folderOf(file) })),
    leftOut: files
      .filter((file) => folderOf(file) === undefined)
      .map((file) => ({ file, note: "it lies in no class's folder" })),
    classes: true,
    notes: [],
  };
}

const without = (files: readonly string[]): Labels => ({
  labelled: files.map((file) => ({ file })),
  leftOut: [],
  classes: false,
  notes: [],
});

function byFunction(files: readonly string[], of: (file: string) => string | undefined): Labels {
  const all = files.map((file) => ({ file, label: of(file) }));
  const odd = all.find(({ label }) => label !== undefined && (typeof label !== "string" || label === ""));
  if (odd) throw expected(`a text or undefined as the class of "${odd.file}"`, JSON.stringify(odd.label));
  return {
    labelled: all.filter(({ label }) => label !== undefined),
    leftOut: all
      .filter(({ label }) => label === undefined)
      .map(({ file }) => ({ file, note: "classes gives it no class" })),
    classes: true,
    notes: [],
  };
}

const fileColumns = ["file", "filename", "file_name", "path", "image", "name"];
const labelColumns = ["label", "class", "category"];

function byFile(files: readonly string[], labels: LabelFile, folder: string): Labels {
  const { path, header, rows, lines } = readTable(labels, folder);
  const named = (names: readonly string[], what: string) => {
    const found = header.findIndex((name) => names.includes(name.toLowerCase()));
    if (found >= 0) return found;
    throw expected(
      `a column of "${path}" called ${names.join(", ")}`,
      `columns ${header.join(", ")}`,
      `Name it: classes: { csv: "…", ${what}: "…" }.`,
    );
  };
  const column = (name: string, what: string) =>
    choose(`${what} of classes`, name, Object.fromEntries(header.map((each, k) => [each, k])));
  const fileAt = labels.file === undefined ? named(fileColumns, "file") : column(labels.file, "file");
  const labelAt = labels.label === undefined ? named(labelColumns, "label") : column(labels.label, "label");
  const groupAt = labels.group === undefined ? undefined : column(labels.group, "group");

  const find = finder(files);
  const found = new Map<string, { readonly row: number; readonly label: string; readonly group?: string }>();
  let missing = 0;
  rows.forEach((cells, row) => {
    const name = cells[fileAt].trim();
    const matches = find(name);
    if (matches.length > 1) {
      throw expected(
        `one file for "${name}" on line ${lines[row]} of "${path}"`,
        `${matches.length}: ${matches.slice(0, 2).join(", ")}${matches.length > 2 ? ", …" : ""}`,
        "Give its path from the folder.",
      );
    }
    if (matches.length === 0) {
      missing++;
      return;
    }
    const label = cells[labelAt].trim();
    const group = groupAt === undefined ? undefined : cells[groupAt].trim();
    const earlier = found.get(matches[0]);
    if (earlier && (earlier.label !== label || earlier.group !== group)) {
      throw expected(
        `one class and group for "${matches[0]}" in "${path}"`,
        `others on line ${lines[row]} than on line ${lines[earlier.row]}`,
      );
    }
    found.set(matches[0], { row, label, ...(group !== undefined && { group }) });
  });
  const noteOf = (file: string) =>
    !found.has(file)
      ? `it isn't in "${labels.csv}"`
      : found.get(file)!.label === ""
        ? "its class is empty"
        : "";
  const used = files.filter((file) => noteOf(file) === "");
  if (used.length === 0) {
    throw expected(
      `files of the folder in column "${header[fileAt]}" of "${path}"`,
      rows.length === 0
        ? "no rows"
        : `none, such as "${rows[0][fileAt]}", where the folder has "${files[0]}"`,
    );
  }
  return {
    labelled: used.map((file) => {
      const { label, group } = found.get(file)!;
      // What has no group is one of its own.
      return { file, label, ...(group && { group }) };
    }),
    leftOut: files.filter((file) => noteOf(file) !== "").map((file) => ({ file, note: noteOf(file) })),
    classes: true,
    notes:
      missing === 0
        ? []
        : [`${missing} of ${rows.length} rows of "${labels.csv}" name no image of the folder`],
  };
}

function readTable({ csv }: LabelFile, folder: string) {
  if (typeof csv !== "string") throw expected("the path of a file of labels as classes.csv", `${csv}`);
  const inside = join(folder, csv);
  const path = !isAbsolute(csv) && existsSync(inside) ? inside : folderPath(csv);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `Can't read the labels in "${csv}": ${code === "ENOENT" ? "there is no such file" : message.split("\n")[0]}.`,
    );
  }
  const source = `"${csv}"`;
  return { path: csv, ...parseDelimited(decodeText(bytes, source), { source }) };
}

/** The files that a name in a list may mean. */
function finder(files: readonly string[]): (name: string) => readonly string[] {
  const exact = new Set(files);
  const byName = new Map<string, string[]>();
  const byStem = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, file: string) => {
    map.set(key, [...(map.get(key) ?? []), file]);
  };
  for (const file of files) {
    const base = file.slice(file.lastIndexOf("/") + 1);
    add(byName, base, file);
    add(byStem, stemOf(base), file);
    if (base !== file) add(byStem, stemOf(file), file);
  }
  return (name) => {
    const path = name.replaceAll("\\", "/").replace(/^\.\//, "");
    if (exact.has(path)) return [path];
    return byName.get(path) ?? byStem.get(path) ?? [];
  };
}

const stemOf = (name: string) => name.replace(/\.[^./]+$/, "");
