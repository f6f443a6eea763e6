import { createHash, type Hash } from "node:crypto";

/**
 * A SHA-256 of a value: numbers and texts, arrays of numbers with their formats, and records and lists of
 * these, whatever the order of a record's entries. Functions don't count.
 */
export function digest(value: unknown): Buffer {
  const hash = createHash("sha256");
  add(hash, value);
  return hash.digest();
}

function add(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name}:${value.byteLength};`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (Array.isArray(value)) {
    hash.update(`[${value.length};`);
    for (const entry of value) add(hash, entry);
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(
      ([, entry]) => entry !== undefined && typeof entry !== "function",
    );
    hash.update(`{${entries.length};`);
    for (const [name, entry] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(JSON.stringify(name));
      add(hash, entry);
    }
  } else {
    const text = typeof value === "number" && !Number.isFinite(value) ? `${value}` : JSON.stringify(value);
    hash.update(`${typeof value}:${text};`);
  }
}

/** The first 64 bits of a value's digest, as two numbers. */
export function shortDigest(value: unknown): readonly [number, number] {
  const bytes = digest(value);
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}
