import { closeSync, openSync, readSync } from "node:fs";

/** A file's content, some megabytes at a time. */
export function* filePieces(path: string): Iterable<Buffer> {
  const file = openSync(path, "r");
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(2 ** 22);
      const length = readSync(file, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}
