import { type NdArray, takeRows } from "../../array";
import { expected } from "../../errors";
import type { Rng } from "../../random";

export interface FloorOptions<T> {
  /** Features of real data, two disjoint sets. */
  readonly train: NdArray;
  readonly test: NdArray;
  /** How many of each: as many as in the comparison that the floor is for. */
  readonly n: number;
  readonly rng: Rng;
  readonly distance: (a: NdArray, b: NdArray) => T;
}

/**
 * The distance between `n` training and `n` test samples, drawn without replacement: what perfect samples
 * would score.
 * @throws when a split has fewer.
 */
export function distanceFloor<T>({ train, test, n, rng, distance }: FloorOptions<T>): T {
  const available = Math.min(train.shape[0], test.shape[0]);
  if (!(n <= available)) throw expected(`at most ${available} samples in each split for a floor`, `n = ${n}`);
  const pick = (set: NdArray) => takeRows(set, rng.permutation(set.shape[0]).subarray(0, n));
  return distance(pick(train), pick(test));
}
