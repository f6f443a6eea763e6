import { rmSync } from "node:fs";
import { type FileContent, writeAtomically } from "../files/atomic-write";

/**
 * Writes a file completely or not at all: an older file stays until the new one is complete.
 * @throws a one-line error that says why it could not be written.
 */
export function writeFile(path: string, content: FileContent, options: { flush?: boolean } = {}): void {
  writeAtomically(path, content, { advice: "Choose another folder with --out.", ...options });
}

/** @throws a one-line error when no file can be written into `folder`, which is created if missing. */
export function checkWritable(folder: string): void {
  const probe = `${folder}/.writable`;
  writeFile(probe, "");
  rmSync(probe, { force: true });
}
