import { type NdArray, sampleSize } from "../array";
import type { Condition } from "../conditions/condition";
import { maskOf } from "../conditions/mask";

/**
 * The elements of a batch that a solver moves: those in the hole of ξ's mask, or all. The i-th of them is
 * element `hole ? hole[i] : i` of the batch.
 */
export interface Moving {
  readonly count: number;
  /** Their indices, increasing; absent where all move. */
  readonly hole?: Int32Array;
  /** Sample s has those from `starts[s]` up to but not including `starts[s + 1]`. */
  readonly starts: Int32Array;
}

/** What of x moves under ξ. */
export function movingOf(x: NdArray, xi: Condition): Moving {
  const size = sampleSize(x);
  const n = x.shape[0];
  const hole = maskOf(xi, x)?.hole();
  const starts = Int32Array.from({ length: n + 1 }, (_, s) => s * size);
  if (!hole) return { count: x.data.length, starts };
  let at = 0;
  for (let s = 0; s <= n; s++) {
    while (at < hole.length && hole[at] < s * size) at++;
    starts[s] = at;
  }
  return { count: hole.length, hole, starts };
}

/** Adds weight · |v|² of every sample to `sums`, over what moves. */
export function addSquares(
  { hole, starts }: Moving,
  v: ArrayLike<number>,
  weight: number,
  sums: Float64Array,
) {
  for (let s = 0; s < sums.length; s++) {
    let squared = 0;
    for (let i = starts[s]; i < starts[s + 1]; i++) {
      const value = v[hole ? hole[i] : i];
      squared += value * value;
    }
    sums[s] += weight * squared;
  }
}
