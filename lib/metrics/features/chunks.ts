import { type NdArray, ndarray } from "../../array";
import type { Values } from "../../engine";
import { chunkRows, chunksOf } from "../../engine/chunks";

/** How samples are cut into chunks. */
export interface Chunking {
  /** Maximum number of samples in a chunk. */
  readonly most: number;
  /**
   * How many rows a chunk of `count` samples is padded to, so that few shapes have to be compiled. Default
   * `count`.
   */
  readonly rows?: (count: number) => number;
  /** d, for when there are no samples; otherwise the first chunk gives it. */
  readonly width?: number;
}

/** An array of vectors `[n, d]`, whose further axes have length 1. */
interface Vectors {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/**
 * Runs `run` on the samples of `x`, chunk by chunk, and joins the vectors it returns: `[n, d]` in float32.
 * A chunk is padded with its last sample, whose further vectors are dropped.
 */
export async function inChunks(
  x: NdArray,
  { most, rows = (count) => count, width = 0 }: Chunking,
  run: (chunk: NdArray) => Promise<Vectors>,
): Promise<NdArray> {
  const n = x.shape[0];
  const all: Values = { shape: x.shape, data: Float32Array.from(x.data) };
  let d = width;
  let joined = new Float32Array(0);
  for (const chunk of chunksOf(n, most)) {
    const { shape, data } = chunkRows(all, { ...chunk, size: rows(chunk.count) });
    const vectors = await run(ndarray(shape, data as Float32Array));
    if (chunk.start === 0) {
      d = vectors.shape[1];
      joined = new Float32Array(n * d);
    }
    joined.set(vectors.data.subarray(0, chunk.count * d), chunk.start * d);
  }
  return ndarray([n, d], joined);
}
