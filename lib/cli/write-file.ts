import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../errors";

/**
 * Writes a file as a whole or not at all: a file that was there before stays until the new one is complete.
 * @throws an error of one line that says why it could not be written.
 */
export function writeFile(path: string, content: string): void {
  const partial = `${path}.partial`;
  try {
    makeFolder(dirname(path));
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (error) {
    try {
      rmSync(partial, { force: true });
    } catch {
      // The first error says what is wrong.
    }
    throw cannotWrite(path, error as NodeJS.ErrnoException);
  }
}

/** @throws an error of one line when no file can be written into `folder`, which is made if it is not there. */
export function checkWritable(folder: string): void {
  const probe = `${folder}/.writable`;
  writeFile(probe, "");
  rmSync(probe, { force: true });
}

// Node's own recursive mkdir never returns on file systems that refuse new folders with ENOENT, such as /proc.
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function cannotWrite(path: string, error: NodeJS.ErrnoException): UsageError {
  return new UsageError(`Can't write ${path}: ${reasons[error.code ?? ""] ?? `${error.message}.`}`);
}

const reasons: Readonly<Record<string, string | undefined>> = {
  ENOSPC: "the disk is full. Free some space and run the command again.",
  EDQUOT: "your disk quota is used up. Free some space and run the command again.",
  EACCES: "permission is denied. Choose another folder with --out.",
  EPERM: "permission is denied. Choose another folder with --out.",
  EROFS: "the file system is read-only. Choose another folder with --out.",
  ENOENT: "no folder can be made there. Choose another folder with --out.",
  ENOTDIR: "a part of this path is a file, not a folder. Choose another folder with --out.",
  EEXIST: "a part of this path is a file, not a folder. Choose another folder with --out.",
  EISDIR: "there is a folder of that name. Move it away, or choose another folder with --out.",
};
