import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  createReadStream,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { type NdArray, ndarray, sizeOf } from "../../array";
import { expected, UsageError } from "../../errors";
import { makeFolder } from "../../files/atomic-write";
import { littleEndian } from "../../formats/little-endian";
import { rowsOnDemand } from "../rows-on-demand";

/** Pixels of equally large images in a file, one after the other: numbers of 8 or 16 bits, little-endian. */
export interface PixelStore {
  readonly path: string;
  readonly images: number;
  /** Of one image: `[height, width, channels]`. */
  readonly shape: readonly number[];
  readonly depth: 8 | 16;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

export type Pixels = Uint8Array | Uint16Array;

/** Writes images one at a time to a file that takes its name when it is whole. */
export function storeWriter({ path, shape, depth }: Pick<PixelStore, "path" | "shape" | "depth">) {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  const hash = createHash("sha256");
  let images = 0;
  let file: number;
  try {
    makeFolder(dirname(path));
    file = openSync(temporary, "wx");
  } catch (error) {
    throw unwritable(path, error as Error);
  }
  return Object.freeze({
    add(pixels: Pixels): void {
      const bytes = bytesOf(pixels);
      hash.update(bytes);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      } catch (error) {
        throw unwritable(path, error as Error);
      }
      images++;
    },
    /** Closes the file and gives it its name. */
    finish(): PixelStore {
      closeSync(file);
      renameSync(temporary, path);
      return Object.freeze({ path, images, shape, depth, sha256: hash.digest("hex") });
    },
    /** Removes what was written. */
    abandon(): void {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  });
}

const unwritable = (path: string, cause: Error) =>
  new UsageError(
    `Can't write ${path}: ${cause.message.split("\n")[0]}. Choose another folder: cacheFolder: "…".`,
    { cause },
  );

/** Whether the file is there, and as it was written. */
export async function isIntact({ path, images, shape, depth, sha256 }: PixelStore): Promise<boolean> {
  const bytes = images * sizeOf(shape) * (depth / 8);
  if (statSync(path, { throwIfNoEntry: false })?.size !== bytes) return false;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex") === sha256;
}

/** The images numbered `rows` in [-1, 1]: 0 is black (−1), the largest number white (1). */
export function readImages({ path, shape, depth }: PixelStore, rows: ArrayLike<number>): NdArray {
  const size = sizeOf(shape);
  const out = new Float32Array(rows.length * size);
  const bytes = new Uint8Array(size * (depth / 8));
  const values = depth === 16 ? new Uint16Array(bytes.buffer) : bytes;
  const file = openStore(path);
  try {
    for (let i = 0; i < rows.length; i++) {
      const read = readSync(file, bytes, 0, bytes.length, rows[i] * bytes.length);
      if (read !== bytes.length) throw gone(path);
      for (let e = 0; e < size; e++) out[i * size + e] = levelOf(values[e], depth);
    }
  } finally {
    closeSync(file);
  }
  return ndarray([rows.length, ...shape], out);
}

/** SHA-256 of each image's pixels, in hexadecimal: equal for equal images. */
export function digestOf(pixels: Pixels): string {
  return createHash("sha256").update(bytesOf(pixels)).digest("hex");
}

const levelOf = (value: number, depth: 8 | 16) => (depth === 16 ? value / 32767.5 - 1 : value / 127.5 - 1);

function openStore(path: string): number {
  try {
    return openSync(path, "r");
  } catch {
    throw gone(path);
  }
}

const gone = (path: string) =>
  new UsageError(
    `Expected the images in "${path}", but they are gone. Load the folder again: it makes them anew.`,
  );

/** The images numbered `rows` of a store as one array that stays on disk; see `NdArray.read`. */
export function imagesOnDisk(store: PixelStore, rows: readonly number[]): NdArray {
  const shape = [rows.length, ...store.shape];
  return rowsOnDemand({
    shape,
    read: (chosen) =>
      readImages(
        store,
        Array.from(chosen, (row) => rows[row]),
      ),
    checksum: `${store.sha256} ${createHash("sha256").update(rows.join()).digest("hex")}`,
    all() {
      throw expected(
        "samples of these images, drawn by take, rowsOf or batchOf",
        `all ${rows.length}, which take ${(sizeOf(shape) * 4) / 1e9} GB and are left on disk`,
        "Where that fits in memory, raise memory: 8e9 (bytes).",
      );
    },
  });
}

function bytesOf(pixels: Pixels): Uint8Array {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return littleEndian || pixels instanceof Uint8Array
    ? bytes
    : Uint8Array.from(bytes, (_, i) => bytes[i ^ 1]);
}
