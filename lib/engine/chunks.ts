import type { Floats } from "../array";
import { sizeOf } from "../array";
import { expected } from "../errors";
import type { Values } from "./program";

/** Rows `start` to `start + count` of an array, to be padded to `size` rows. */
export interface Chunk {
  readonly start: number;
  readonly count: number;
  readonly size: number;
}

/** @throws unless `chunk`, where given, is a whole number above 0. */
export function assertChunk(chunk: number | undefined): void {
  if (chunk !== undefined && !(Number.isInteger(chunk) && chunk >= 1)) {
    throw expected("a chunk of 1 sample or more", `${chunk}`);
  }
}

/**
 * Cuts `n` rows into chunks of at most `most`. A smaller one is padded to a power of two, so that a few
 * compiled models serve any number of rows.
 */
export function chunksOf(n: number, most: number): readonly Chunk[] {
  return Array.from({ length: Math.ceil(n / most) }, (_, i) => {
    const start = i * most;
    const count = Math.min(most, n - start);
    return { start, count, size: Math.min(most, 2 ** Math.ceil(Math.log2(count))) };
  });
}

/**
 * The rows of a chunk: a view of `values` where the chunk is whole, else a copy whose last row is repeated.
 */
export function chunkRows({ shape, data }: Values, { start, count, size }: Chunk): Values {
  const length = sizeOf(shape.slice(1));
  const rows = data.subarray(start * length, (start + count) * length);
  const wanted = [size, ...shape.slice(1)];
  if (count === size) return { shape: wanted, data: rows };
  const padded = data instanceof Int32Array ? new Int32Array(size * length) : new Float32Array(size * length);
  padded.set(rows);
  for (let row = count; row < size; row++) padded.set(rows.subarray((count - 1) * length), row * length);
  return { shape: wanted, data: padded };
}

/**
 * Runs `run` on one chunk after the other and writes the rows of its outputs, padding left out, into the
 * arrays of the same names.
 */
export async function runInChunks<C extends Chunk>(
  chunks: readonly C[],
  run: (chunk: C) => Promise<Readonly<Record<string, Values>>>,
  into: Readonly<Record<string, Floats>>,
): Promise<void> {
  for (const chunk of chunks) {
    const outputs = await run(chunk);
    for (const [name, out] of Object.entries(into)) {
      const { shape, data } = outputs[name];
      const length = sizeOf(shape.slice(1));
      out.set(data.subarray(0, chunk.count * length), chunk.start * length);
    }
  }
}
