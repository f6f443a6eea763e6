import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../lib/files/atomic-write";
import { isWhole } from "./together";

// Writes three files again and again, as others do at the same time, and reads what there is in between.

const [folder, name] = process.argv.slice(2);
for (let k = 0; k < 60; k++) {
  const path = join(folder, `${k % 3}.txt`);
  const size = 1000 + 3000 * ((k * 7 + Number(name)) % 11);
  writeAtomically(path, `${name}${size}\n${name.repeat(size)}`, { flush: false });
  const text = readFileSync(path, "utf8");
  if (!isWhole(text)) throw new Error(`${path} is damaged: ${text.slice(0, 40)}`);
}
