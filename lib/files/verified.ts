import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors";
import { sha256 } from "./sha256";

/** What a file must contain, according to the record of what it belongs to. */
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
