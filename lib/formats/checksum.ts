import { createHash } from "node:crypto";
import type { StoredArray } from "./safetensors";

/** A hexadecimal checksum of named arrays, their shapes and formats, and of further texts. */
export function checksum(
  arrays: Readonly<Record<string, StoredArray>>,
  texts: Readonly<Record<string, string>> = {},
): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(arrays).sort()) {
    const { shape, data } = arrays[name];
    hash.update(JSON.stringify([name, data.constructor.name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  hash.update(JSON.stringify(texts));
  return hash.digest("hex").slice(0, 16);
}
