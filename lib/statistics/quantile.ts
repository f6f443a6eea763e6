import { expected } from "../errors";
import { assertNumbers } from "./assert-numbers";

/**
 * The p-quantile of values, p from 0 to 1, interpolated linearly between the two nearest of them.
 * @throws when there are no values, one is NaN, or p isn't from 0 to 1.
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  if (values.length === 0) throw expected("one value or more", "none");
  if (!(p >= 0 && p <= 1)) throw expected("a p from 0 to 1", `${p}`);
  assertNumbers(values);
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** The p-quantile of values in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  // Between infinite values there may be no difference to take a share of.
  if (at === low || sorted[low] === sorted[high]) return sorted[low];
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
