import { rmSync } from "node:fs";
import { writeAtomically } from "../formats/atomic-write";

/**
 * Writes a file as a whole or not at all: a file that was there before stays until the new one is complete.
 * @throws an error of one line that says why it could not be written.
 */
export function writeFile(path: string, content: string): void {
  writeAtomically(path, content, { advice: "Choose another folder with --out." });
}

/** @throws an error of one line when no file can be written into `folder`, which is made if it is not there. */
export function checkWritable(folder: string): void {
  const probe = `${folder}/.writable`;
  writeFile(probe, "");
  rmSync(probe, { force: true });
}
