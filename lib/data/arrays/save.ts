import { join } from "node:path";
import { encode } from "fast-png";
import { type NdArray, sliceRows } from "../../array";
import { expected } from "../../errors";
import { makeFolder, writeAtomically } from "../../files/atomic-write";
import { formatDelimited } from "../../formats/delimited";
import { toBytes } from "../pixels";

/** Options of {@link savePngs}. */
export interface SavePngsOptions {
  /** Names of the files without ending, one per image. Default: 0000, 0001, … */
  readonly names?: readonly string[];
  /** The class of each image and the classes' names: each gets a folder. Default: none. */
  readonly labels?: ArrayLike<number>;
  /** Names of the classes, for the folders. Default: the labels' numbers. */
  readonly classes?: readonly string[];
}

/**
 * Writes images `[n, h, w, 1 or 3]` in [-1, 1] as PNG files, which `imageFolder` reads: values are clipped
 * and rounded to 256 levels.
 *
 * @example
 * const { x, labels } = colourImages;
 * savePngs("samples", x, { labels, classes: ["small", "middle", "large"] }); // samples/small/0000.png, …
 * @returns the files, relative to the folder
 * @throws UsageError when they are no images, names are missing or the same, or a file can't be written.
 */
export function savePngs(folder: string, images: NdArray, options: SavePngsOptions = {}): readonly string[] {
  const { labels, classes = [] } = options;
  const [n, height, width, channels] = images.shape;
  if (images.shape.length !== 4 || !(channels === 1 || channels === 3)) {
    throw expected("images of shape [n, h, w, 1 or 3]", `shape [${images.shape.join(", ")}]`);
  }
  const digits = Math.max(4, `${n - 1}`.length);
  const names = options.names ?? Array.from({ length: n }, (_, k) => `${k}`.padStart(digits, "0"));
  if (names.length !== n) throw expected(`${n} names, one per image`, `${names.length}`);
  if (labels && labels.length !== n) throw expected(`${n} labels, one per image`, `${labels.length}`);
  const files = names.map((name, k) => {
    const label = labels && (classes[labels[k]] ?? `${labels[k]}`);
    return `${label === undefined ? "" : `${safe(label)}/`}${safe(name)}.png`;
  });
  const twice = files.find((file, k) => files.indexOf(file) !== k);
  if (twice !== undefined) throw expected("different names for the images", `"${twice}" twice`);
  makeFolder(folder);
  files.forEach((file, k) => {
    const data = toBytes(sliceRows(images, k, k + 1));
    writeAtomically(join(folder, file), encode({ width, height, data, channels, depth: 8 }), {
      flush: false,
    });
  });
  return Object.freeze(files);
}

/** A name without what would lead to another folder or is not allowed in one. */
const safe = (name: string) => name.replace(/[/\\:*?"<>|\0]/g, "-").replace(/^\.+/, "-") || "-";

/**
 * Writes records, such as those of a table's `decode`, or points `[n, d]` as a CSV file: numbers with all
 * their digits, missing values as empty cells.
 *
 * @example saveCsv("samples.csv", data.x, ["across", "up"]); // two columns, 256 rows
 * @param columns the order of the columns, or the names of the coordinates of points
 * @throws UsageError when there is nothing to write, or the file can't be written.
 */
export function saveCsv(
  path: string,
  rows: NdArray | readonly Readonly<Record<string, unknown>>[],
  columns?: readonly string[],
): void {
  writeAtomically(path, csvText(rows, columns));
}

/** The text of the file that `saveCsv` writes. @throws as `saveCsv` does. */
export function csvText(
  rows: NdArray | readonly Readonly<Record<string, unknown>>[],
  columns?: readonly string[],
): string {
  const isPoints = "shape" in rows;
  const records = isPoints ? undefined : rows;
  if (isPoints && rows.shape.length !== 2)
    throw expected("points [n, d]", `shape [${rows.shape.join(", ")}]`);
  const width = isPoints ? rows.shape[1] : 0;
  const names =
    columns ??
    (isPoints
      ? Array.from({ length: width }, (_, k) => `x${k + 1}`)
      : [...new Set(records!.flatMap((record) => Object.keys(record)))]);
  if (isPoints && names.length !== width) throw expected(`${width} names of coordinates`, `${names.length}`);
  if (names.length === 0) throw expected("columns to write", "none");
  const cells = isPoints
    ? Array.from({ length: rows.shape[0] }, (_, i) => names.map((_, k) => text(rows.data[i * width + k])))
    : records!.map((record) => names.map((name) => text(record[name])));
  return formatDelimited(names, cells);
}

function text(value: unknown): string {
  if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
  return value instanceof Date ? value.toISOString() : `${value}`;
}
