import { type NdArray, ndarray, sampleSize } from "../../array";

/** How samples are cut into chunks. */
export interface Chunking {
  /** Most samples in a chunk. */
  readonly most: number;
  /**
   * How many rows a chunk of `count` samples is padded to, so that few shapes have to be compiled. Default
   * `count`.
   */
  readonly rows?: (count: number) => number;
  /** d, where it is known before the first chunk has run: only for no samples at all. */
  readonly width?: number;
}

/** An array of vectors `[n, d]`, whose further axes have length 1. */
interface Vectors {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/**
 * Runs `run` on the samples of `x`, chunk by chunk, and joins the vectors that it gives: `[n, d]` in float32.
 * A chunk is padded with samples of zeros, whose vectors are dropped.
 */
export async function inChunks(
  x: NdArray,
  { most, rows = (count) => count, width = 0 }: Chunking,
  run: (chunk: NdArray) => Promise<Vectors>,
): Promise<NdArray> {
  const [n, ...tail] = x.shape;
  const size = sampleSize(x);
  let d = width;
  let joined = new Float32Array(0);
  for (let start = 0; start < n; start += most) {
    const count = Math.min(most, n - start);
    const padded = new Float32Array(rows(count) * size);
    padded.set(x.data.subarray(start * size, (start + count) * size));
    const { shape, data } = await run(ndarray([rows(count), ...tail], padded));
    if (start === 0) {
      d = shape[1];
      joined = new Float32Array(n * d);
    }
    joined.set(data.subarray(0, count * d), start * d);
  }
  return ndarray([n, d], joined);
}
