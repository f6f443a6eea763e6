import { rmSync } from "node:fs";
import { type FileContent, writeAtomically } from "../files/atomic-write";
import { failure, wrongCall } from "./exit-codes";

/**
 * Writes a file completely or not at all: an older file stays until the new one is complete.
 * @throws a one-line error that says why it could not be written, as of what failed.
 */
export function writeFile(path: string, content: FileContent, options: { flush?: boolean } = {}): void {
  try {
    writeAtomically(path, content, { advice: "Choose another folder with --out.", ...options });
  } catch (error) {
    throw failure(error);
  }
}

/**
 * @throws a one-line error when no file can be written into `folder`, which is created if missing, as of a
 *   wrong call.
 */
export function checkWritable(folder: string): void {
  const probe = `${folder}/.writable`;
  try {
    writeFile(probe, "");
  } catch (error) {
    throw wrongCall(error);
  }
  rmSync(probe, { force: true });
}
