import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expected, UsageError } from "../errors";
import { folderPath } from "./folder-path";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "which doesn't exist",
  EISDIR: "which is a folder",
  EACCES: "which you may not read",
};

/**
 * The bytes of a file of data, unpacked where it is compressed by gzip. A leading ~ is the home folder.
 * @param what what it is to be, in errors, such as "the path of a table"
 * @throws UsageError where it can't be read, or is compressed and damaged.
 */
export function readBytes(path: string, what: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(folderPath(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw expected(what, `"${path}", ${reasons[code ?? ""] ?? message.split("\n")[0]}`);
  }
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new UsageError(`Can't read "${path}": it is compressed and damaged (${(error as Error).message}).`);
  }
}
