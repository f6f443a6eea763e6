/**
 * Draws the contact sheets of datasets anew (mnist.png and so on): samples of each data set, one row
 * per class or photograph.
 * Run it with `npx tsx datasets/tools/contact-sheets.ts`.
 */
import { join } from "node:path";
import { emoji, fashionMnist, mnist, photographs } from "../../lib/data";
import { writeAtomically } from "../../lib/files/atomic-write";
import { projectRoot } from "../../lib/files/project";
import { contactSheet, rowsOfCategories, rowsOfClasses, rowsOfNames } from "./contact-sheet";

async function main(): Promise<void> {
  for (const load of [mnist, fashionMnist]) {
    const { name, train, classes } = await load({ limit: { train: 1000 } });
    save(name, contactSheet(train.x, rowsOfClasses(train.labels!, classes.length)));
  }
  const { train, categories, styles } = await emoji();
  save("emoji", contactSheet(train.x, rowsOfCategories(train, categories.length, styles.length)));
  const photos = await photographs({ size: 32 });
  save("photographs", contactSheet(photos.train.x, rowsOfNames(photos.train.names)));
}

function save(name: string, png: Uint8Array): void {
  const path = join(projectRoot(), "datasets", `${name}.png`);
  writeAtomically(path, png);
  console.log(`${path}: ${png.length} bytes`);
}

main();
