import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { writeAtomically } from "../../lib/files/atomic-write";

/**
 * Writes three files again and again, as others do at the same time, and reads what there is in between.
 * @param name a digit that tells what this writer has written
 */
export function write(folder: string, name: string): void {
  for (let k = 0; k < 60; k++) {
    const path = join(folder, `${k % 3}.txt`);
    const size = 1000 + 3000 * ((k * 7 + Number(name)) % 11);
    writeAtomically(path, `${name}${size}\n${name.repeat(size)}`, { flush: false });
    const text = readFileSync(path, "utf8");
    if (!isWhole(text)) throw new Error(`${path} is damaged: ${text.slice(0, 40)}`);
  }
}

/** What is in a file that a writer has left whole. */
export function isWhole(text: string): boolean {
  const [head, body = ""] = [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1)];
  return isDeepStrictEqual([...new Set(body)], [head.at(0)]) && body.length === Number(head.slice(1));
}
