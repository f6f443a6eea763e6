import { expected } from "../errors";
import { assertNumbers } from "./assert-numbers";
import { countBelow } from "./count-below";

/**
 * The largest difference between the distribution functions of two sets of values (Kolmogorov and Smirnov):
 * from 0, the same values, to 1, no overlap.
 *
 * @example marginalGap([1, 2, 3, 4], [3, 4, 5, 6]); // 0.5
 * @throws when a set is empty, or a value is NaN.
 */
export function marginalGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length === 0 || b.length === 0) throw expected("values on both sides", "none");
  for (const values of [a, b]) assertNumbers(values);
  const [first, second] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  let most = 0;
  for (const sorted of [first, second]) {
    for (const value of sorted) {
      const gap =
        countBelow(first, value, true) / first.length - countBelow(second, value, true) / second.length;
      most = Math.max(most, Math.abs(gap));
    }
  }
  return most;
}
