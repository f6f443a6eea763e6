import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** The source of one of the scripts in `browser/`, which pages carry. */
export function browserScript(
  name: "enlarge" | "filter" | "log" | "math-font" | "page" | "plots" | "slices",
): string {
  return readFileSync(join(__dirname, "browser", `${name}.js`), "utf8").trim();
}

const packed = new Map<string, Promise<string>>();

/** A gzipped file as base64; each file is read once. */
export function packedFile(path: string): Promise<string> {
  const known = packed.get(path);
  if (known) return known;
  const made = readFile(path).then((bytes) => gzipSync(bytes, { level: 9 }).toString("base64"));
  packed.set(path, made);
  return made;
}
