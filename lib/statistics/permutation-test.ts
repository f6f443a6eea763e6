import { expected } from "../errors";
import { assertRng, type Rng } from "../random";
import { meanOf } from "./mean";

/** Options of {@link permutationTest}. */
export interface PermutationTestOptions {
  /** Values of the first method, one per seed or image. */
  readonly a: ArrayLike<number>;
  /** Values of the second method. */
  readonly b: ArrayLike<number>;
  /** Whether a[i] and b[i] belong together: the same seed or image. */
  readonly paired: boolean;
  /**
   * Maximum number of rearrangements: all of them if there are no more than this, otherwise this many random
   * ones. Default 10,000.
   */
  readonly most?: number;
  /** Source of the rearrangements, where not all are tried. */
  readonly rng: Rng;
}

/** What {@link permutationTest} says. */
export interface PermutationTest {
  /** Mean of a minus mean of b. */
  readonly difference: number;
  /**
   * The probability, if there were no difference, of one at least as large in either direction. With few
   * values it can't be small: with three pairs it is 0.25 at best.
   */
  readonly pValue: number;
  /** Whether all rearrangements were tried, so that the p-value is exact. */
  readonly exact: boolean;
}

/**
 * Tests whether a difference of means may be due to chance, without assuming a distribution (Fisher, 1935):
 * how often is it as large when a and b are swapped within pairs or, without pairs, when all values are
 * shuffled?
 *
 * @example
 * const [a, b] = [[0.52, 0.48, 0.55, 0.5, 0.51], [0.61, 0.58, 0.63, 0.59, 0.57]]; // one per seed
 * permutationTest({ a, b, paired: true, rng: rng(0) });
 * // { difference: -0.084, pValue: 0.0625, exact: true }
 * @throws when there are fewer than 2 values on a side, paired values differ in number, or one isn't finite.
 */
export function permutationTest(options: PermutationTestOptions): PermutationTest {
  const { paired, most = 10_000, rng } = options;
  const [a, b] = [Array.from(options.a), Array.from(options.b)];
  if (a.length < 2 || b.length < 2)
    throw expected("2 values or more on both sides", `${a.length} and ${b.length}`);
  if (paired && a.length !== b.length) {
    throw expected("as many values of b as of a, as they are paired", `${b.length} and ${a.length}`);
  }
  if (![...a, ...b].every(Number.isFinite)) throw expected("finite values", "one that is not");
  if (!(Number.isInteger(most) && most >= 100))
    throw expected("100 rearrangements or more as most", `${most}`);
  const difference = meanOf(a) - meanOf(b);
  const largest = [...a, ...b].reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  // Equal differences must not differ by rounding.
  const size = Math.abs(difference) - 1e-12 * largest;
  const rearrangements = paired ? 2 ** a.length : binomial(a.length + b.length, a.length);
  const exact = rearrangements <= most;
  if (!exact) assertRng(rng);
  let [asLarge, seen] = [0, 0];
  const look = (other: number) => {
    seen++;
    if (Math.abs(other) >= size) asLarge++;
  };
  if (paired) {
    const gaps = a.map((value, i) => value - b[i]);
    const flipped = (flips: (i: number) => boolean) => meanOf(gaps.map((gap, i) => (flips(i) ? -gap : gap)));
    if (exact)
      for (let bits = 0; bits < rearrangements; bits++) look(flipped((i) => ((bits >> i) & 1) === 1));
    else for (let r = 0; r < most; r++) look(flipped(() => rng.uniform() < 0.5));
  } else {
    const all = [...a, ...b];
    const total = all.reduce((sum, value) => sum + value, 0);
    const gap = (sum: number) => sum / a.length - (total - sum) / b.length;
    if (exact) for (const sum of subsetSums(all, a.length)) look(gap(sum));
    else {
      for (let r = 0; r < most; r++) {
        look(
          gap(
            rng
              .permutation(all.length)
              .subarray(0, a.length)
              .reduce((sum, i) => sum + all[i], 0),
          ),
        );
      }
    }
  }
  // The observed arrangement counts as one of the random ones.
  const pValue = exact ? asLarge / seen : (asLarge + 1) / (seen + 1);
  return Object.freeze({ difference, pValue, exact });
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return Math.round(result);
}

/** The sum of every choice of `k` of the values. */
function* subsetSums(values: readonly number[], k: number, from = 0, sum = 0): Generator<number> {
  if (k === 0) {
    yield sum;
    return;
  }
  for (let i = from; i <= values.length - k; i++) yield* subsetSums(values, k - 1, i + 1, sum + values[i]);
}
