/**
 * Draws datasets/mnist.png and datasets/emoji.png anew: samples of each data set, one row per class.
 * Run it with `npx tsx lib/cli/contact-sheets.ts`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { type NdArray, takeRows } from "../array";
import { type EmojiDataset, emoji, mnist, toBytes } from "../data";
import { projectRoot } from "../data/root";

const COLUMNS = 16;

async function main(): Promise<void> {
  const digits = await mnist({ limit: { train: 1000 } });
  writeSheet("mnist", digits.train.x, rowsByClass(digits.train.labels!, digits.classes.length));
  const pictures = await emoji();
  writeSheet("emoji", pictures.train.x, rowsByStyle(pictures));
}

/** The first samples of each class. */
function rowsByClass(labels: Int32Array, classes: number): number[][] {
  return Array.from({ length: classes }, (_, label) => {
    const rows = Array.from(labels.keys()).filter((row) => labels[row] === label);
    return rows.slice(0, COLUMNS);
  });
}

/** For each category, the first emoji that all styles have, each in every style. */
function rowsByStyle({ train, categories, styles }: EmojiDataset): number[][] {
  return categories.map((_, category) => {
    const names = new Map<string, number[]>();
    train.names.forEach((name, row) => {
      if (train.categories[row] === category) names.set(name, [...(names.get(name) ?? []), row]);
    });
    return [...names.values()]
      .filter((rows) => rows.length === styles.length)
      .slice(0, COLUMNS / styles.length)
      .flatMap((rows) => rows.sort((a, b) => train.styles[a] - train.styles[b]));
  });
}

/** Each pixel is drawn twice as large. */
function writeSheet(name: string, images: NdArray, grid: readonly number[][]): void {
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
  const png = encode({ width: wide, height: tall, data, channels, depth: 8 }, { zlib: { level: 9 } });
  const path = join(projectRoot(), "datasets", `${name}.png`);
  writeFileSync(path, png);
  console.log(`${path}: ${png.length} bytes`);
}

main();
