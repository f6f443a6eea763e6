import type { NdArray } from "../array";
import { expected } from "../errors";
import { assertNumbers } from "./assert-numbers";
import { countBelow } from "./count-below";

/**
 * Spearman's rank correlations of the columns of rows `[n, d]`, ties sharing their mean rank: `[d][d]`. A
 * column that doesn't vary has correlation 0 with the others.
 *
 * @example rankCorrelations(ndarray([3, 2], [1, 1, 2, 4, 3, 9])); // all 1: the second grows with the first
 * @throws when there are fewer than two rows, or a value is NaN.
 */
export function rankCorrelations(x: NdArray): number[][] {
  const [n, d] = x.shape;
  if (n < 2) throw expected("two or more rows", `${n}`);
  assertNumbers(x.data);
  const ranks = Array.from({ length: d }, (_, k) => {
    const column = Float64Array.from({ length: n }, (_, i) => x.data[i * d + k]);
    const sorted = column.slice().sort();
    const centred = column.map((v) => (countBelow(sorted, v) + countBelow(sorted, v, true) - n) / 2);
    const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
    return length > 0 ? centred.map((value) => value / length) : centred;
  });
  return ranks.map((a, j) =>
    ranks.map((b, k) => (j === k ? 1 : a.reduce((sum, value, i) => sum + value * b[i], 0))),
  );
}
