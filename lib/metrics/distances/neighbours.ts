import type { NdArray } from "../../array";
import { expected } from "../../errors";
import { squaredDistance } from "../../statistics/squared-distance";
import { assertFeatures, assertSameDimension } from "../features/assert-features";

/** Options of `precisionRecall` and `densityCoverage`. */
export interface ManifoldOptions {
  /** Features or points `[n, d]` of real data. */
  readonly real: NdArray;
  /** Features or points `[m, d]` of samples. */
  readonly generated: NdArray;
  /** The ball around a point reaches to its k-th nearest neighbour, not counting the point itself. */
  readonly k?: number;
}

/** @throws unless both sets have more than `k` finite rows of the same dimension, and `k` is 1 or more. */
export function assertManifold({ real, generated, k }: Required<ManifoldOptions>): void {
  if (!(Number.isInteger(k) && k >= 1)) throw expected("a whole k of 1 or more", `${k}`);
  assertFeatures(real, k + 1, "features of real data");
  assertFeatures(generated, k + 1, "features of samples");
  assertSameDimension(real, generated);
}

/** The squared distance from each point to its k-th nearest neighbour in its own set. Time grows as n² d. */
export function squaredRadii(points: NdArray, k: number): Float64Array {
  const n = points.shape[0];
  return Float64Array.from({ length: n }, (_, i) => {
    // The k smallest so far, in ascending order.
    const least = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const squared = squaredDistance(points, i, points, j);
      if (squared >= least[k - 1]) continue;
      let at = k - 1;
      for (; at > 0 && least[at - 1] > squared; at--) least[at] = least[at - 1];
      least[at] = squared;
    }
    return least[k - 1];
  });
}
