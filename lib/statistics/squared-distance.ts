import type { NdArray } from "../array";

/** Squared distance between row `i` of `a` and row `j` of `b`, `[n, ...]` and `[m, ...]`. */
export function squaredDistance(a: NdArray, i: number, b: NdArray, j: number): number {
  const [x, y] = [a.data, b.data];
  const d = x.length / a.shape[0];
  let squared = 0;
  for (let k = 0, p = i * d, q = j * d; k < d; k++) squared += (x[p + k] - y[q + k]) ** 2;
  return squared;
}
