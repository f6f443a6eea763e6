import { randomBytes } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./atomic-write";

/** Bytes on disk that memory is not to hold until they are needed. */
export interface Aside {
  /** Puts bytes there; what it returns reads them again. What the disk doesn't take stays in memory. */
  put(bytes: Uint8Array): () => Uint8Array;
  /** Gives the room on the disk back; nothing can be read any more. */
  close(): void;
}

/**
 * A place in `folder`, made with the first bytes that are put there. Its file has no name once it is open
 * (where the system allows that), so that a process that is killed leaves nothing behind.
 */
export function openAside(folder: string): Aside {
  let file: { readonly descriptor: number; readonly path: string } | undefined;
  let end = 0;

  function opened(): number {
    if (!file) {
      makeFolder(folder);
      const path = join(folder, `aside-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
      file = { descriptor: openSync(path, "wx+"), path };
      removeQuietly(path);
    }
    return file.descriptor;
  }

  return Object.freeze({
    put(bytes: Uint8Array) {
      const from = end;
      try {
        const descriptor = opened();
        for (let at = 0; at < bytes.length; ) {
          at += writeSync(descriptor, bytes, at, bytes.length - at, from + at);
        }
      } catch {
        // A disk that is full or read-only.
        return () => bytes;
      }
      end += bytes.length;
      const { length } = bytes;
      return () => read(file?.descriptor, from, length);
    },
    close() {
      if (!file) return;
      closeSync(file.descriptor);
      removeQuietly(file.path);
      file = undefined;
    },
  });
}

function read(descriptor: number | undefined, from: number, length: number): Uint8Array {
  if (descriptor === undefined) throw new Error("What was set aside was given up.");
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const count = readSync(descriptor, bytes, at, length - at, from + at);
    if (count === 0) throw new Error("What was set aside on the disk is gone.");
    at += count;
  }
  return bytes;
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Some systems keep a file's name as long as it is open.
  }
}
