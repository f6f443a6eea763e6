import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors";

/** What a file must contain, according to the data set's record. */
export interface FileRecord {
  /** Length of the file in bytes. */
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface FileSet {
  /** The data set's name for error messages: "MNIST". */
  readonly what: string;
  readonly folder: string;
  /** File name → its record. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** The command that restores the right files. */
  readonly restore: string;
}

/** The SHA-256 of the bytes, in hexadecimal. */
export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * Reads the files of a set and checks each against its record.
 * @throws when one is missing or has the wrong length or content; the error says which, what was expected and
 * found, and the command that restores it.
 */
export async function readVerified(set: FileSet): Promise<Readonly<Record<string, Buffer>>> {
  const contents: Record<string, Buffer> = {};
  for (const [name, record] of Object.entries(set.files)) {
    const path = join(set.folder, name);
    const failure = (found: string) =>
      new UsageError(
        `Expected the ${set.what} file "${path}" of ${record.bytes} bytes with SHA-256 ${record.sha256}, ` +
          `but ${found}. To restore it: ${set.restore}`,
      );
    const bytes = await readFile(path).catch(({ code, message }: NodeJS.ErrnoException) => {
      throw failure(code === "ENOENT" ? "it is missing" : `it can't be read (${message})`);
    });
    if (bytes.length !== record.bytes) throw failure(`it has ${bytes.length} bytes`);
    const found = sha256(bytes);
    if (found !== record.sha256) throw failure(`its SHA-256 is ${found}`);
    contents[name] = bytes;
  }
  return contents;
}

/** The record `datasets/<name>.json`. @throws when it is missing or not JSON. */
export async function readRecord<T>(root: string, name: string): Promise<T> {
  const path = join(root, "datasets", `${name}.json`);
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (cause) {
    throw new UsageError(
      `Expected the record of a data set in "${path}", but it can't be read (${(cause as Error).message}). ` +
        `To restore it: git checkout -- "datasets/${name}.json"`,
    );
  }
}
