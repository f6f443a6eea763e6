import { encode } from "fast-png";
import { type NdArray, takeRows } from "../../lib/array";
import { toBytes } from "../../lib/data";

/** Images in a row of a sheet. */
export const COLUMNS = 16;

/** For each class, the rows of its first samples. */
export function rowsOfClasses(labels: Int32Array, classes: number): number[][] {
  return Array.from({ length: classes }, (_, label) => {
    const rows = Array.from(labels.keys()).filter((row) => labels[row] === label);
    return rows.slice(0, COLUMNS);
  });
}

/** For each name, in alphabetical order, the rows of its first samples. */
export function rowsOfNames(names: readonly string[]): number[][] {
  return [...new Set(names)].sort().map((name) => {
    const rows = Array.from(names.keys()).filter((row) => names[row] === name);
    return rows.slice(0, COLUMNS);
  });
}

/** What is known of each emoji. */
interface Drawn {
  readonly names: readonly string[];
  readonly categories: ArrayLike<number>;
  readonly styles: ArrayLike<number>;
}

/** For each category, the rows of the first emoji that all styles have, each in every style. */
export function rowsOfCategories({ names, ...train }: Drawn, categories: number, styles: number): number[][] {
  return Array.from({ length: categories }, (_, category) => {
    const byName = new Map<string, number[]>();
    names.forEach((name, row) => {
      if (train.categories[row] === category) byName.set(name, [...(byName.get(name) ?? []), row]);
    });
    return [...byName.values()]
      .filter((rows) => rows.length === styles)
      .slice(0, COLUMNS / styles)
      .flatMap((rows) => rows.sort((a, b) => train.styles[a] - train.styles[b]));
  });
}

/** A PNG file of images `[n, h, w, c]`, twice as large; `grid[r]` holds the numbers of those in row r. */
export function contactSheet(images: NdArray, grid: readonly (readonly number[])[]): Uint8Array {
  const [, height, width, channels] = images.shape;
  const [tall, wide] = [grid.length * height * 2, COLUMNS * width * 2];
  const data = new Uint8Array(tall * wide * channels);
  grid.forEach((rows, r) => {
    const bytes = toBytes(takeRows(images, rows));
    for (let y = 0; y < height * 2; y++) {
      for (let x = 0; x < rows.length * width * 2; x++) {
        const [i, sx, sy] = [Math.floor(x / (width * 2)), (x >> 1) % width, y >> 1];
        const from = ((i * height + sy) * width + sx) * channels;
        data.set(bytes.subarray(from, from + channels), ((r * height * 2 + y) * wide + x) * channels);
      }
    }
  });
  return encode({ width: wide, height: tall, data, channels, depth: 8 }, { zlib: { level: 9 } });
}
