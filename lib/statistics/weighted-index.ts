import type { Rng } from "../random";

/**
 * The index at which the running sum of weights passes `at`: `i` for a share `weightOf(i)` of all that `at`
 * can be, from 0 to below the sum. It has a weight wherever some index has one, whatever rounding does.
 * @param weightOf 0 or more, for 0, …, `count` − 1
 */
export function indexAt(count: number, weightOf: (index: number) => number, at: number): number {
  let left = at;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const weight = weightOf(i);
    if (weight === 0) continue;
    last = i;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

/** An index of `weights`, 0 or more, with a probability proportional to its weight, by one `uniform`. */
export function weightedIndex(weights: ArrayLike<number>, rng: Rng): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  return indexAt(weights.length, (i) => weights[i], rng.uniform() * total);
}
