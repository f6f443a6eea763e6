/**
 * Draws datasets/mnist.png and datasets/emoji.png anew: samples of each data set, one row per class.
 * Run it with `npx tsx datasets/tools/contact-sheets.ts`.
 */
import { join } from "node:path";
import { emoji, mnist } from "../../lib/data";
import { projectRoot } from "../../lib/data/root";
import { writeAtomically } from "../../lib/formats/atomic-write";
import { contactSheet, rowsOfCategories, rowsOfClasses } from "./contact-sheet";

async function main(): Promise<void> {
  const digits = await mnist({ limit: { train: 1000 } });
  const rows = rowsOfClasses(digits.train.labels!, digits.classes.length);
  save("mnist", contactSheet(digits.train.x, rows));
  const { train, categories, styles } = await emoji();
  save("emoji", contactSheet(train.x, rowsOfCategories(train, categories.length, styles.length)));
}

function save(name: string, png: Uint8Array): void {
  const path = join(projectRoot(), "datasets", `${name}.png`);
  writeAtomically(path, png);
  console.log(`${path}: ${png.length} bytes`);
}

main();
