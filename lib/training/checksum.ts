import { createHash } from "node:crypto";
import type { Named, Values } from "../engine";

/** A short hexadecimal checksum of named arrays. */
export function checksum(named: Named<Values>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(named).sort()) {
    const { shape, data } = named[name];
    hash.update(`${name} ${shape.join(" ")} `);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}
