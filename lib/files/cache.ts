import { readFile } from "node:fs/promises";
import { writeAtomically } from "./atomic-write";
import { sha256 } from "./sha256";

/** What a cache file holds: a JSON header and bytes. */
export interface Cached<T> {
  readonly header: T;
  readonly bytes: Uint8Array;
}

export interface CacheOptions<T> {
  readonly path: string;
  /** Makes the content when there is no intact cache file. */
  readonly make: () => Promise<Cached<T>>;
  /** Receives one line when a file is damaged or can't be written. */
  readonly log: (line: string) => void;
}

const DIGEST = 64;

/**
 * The content of a cache file or, where there is none, of `make`, which is then stored there. The file starts
 * with the SHA-256 of the rest, so that damage is detected and the file made again, and it is written
 * atomically. If the folder can't be written to, the content is made at every call.
 */
export async function cached<T>({ path, make, log }: CacheOptions<T>): Promise<Cached<T>> {
  const file = await readFile(path).catch(() => undefined);
  if (file) {
    const content = unpack<T>(file);
    if (content) return content;
    log(`The cache file "${path}" is damaged; making it again.`);
  }
  const content = await make();
  try {
    writeAtomically(path, pack(content));
  } catch (error) {
    const { message } = (error as Error).cause as Error;
    log(`The cache file "${path}" could not be written (${message}); continuing without it.`);
  }
  return content;
}

function pack<T>({ header, bytes }: Cached<T>): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([Buffer.from(sha256(length, json, bytes)), length, json, bytes]);
}

function unpack<T>(file: Buffer): Cached<T> | undefined {
  const rest = file.subarray(DIGEST);
  if (file.length < DIGEST + 4 || file.toString("latin1", 0, DIGEST) !== sha256(rest)) return undefined;
  const end = 4 + rest.readUInt32LE(0);
  return { header: JSON.parse(rest.toString("utf8", 4, end)) as T, bytes: rest.subarray(end) };
}
