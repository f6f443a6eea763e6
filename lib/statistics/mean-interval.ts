import { assertFinite, expected } from "../errors";
import type { ConfidenceInterval } from "./bootstrap";
import { assertLevel, type IntervalLevel } from "./level";
import { spread } from "./spread";
import { studentQuantile, studentWithin } from "./student";

/**
 * A mean, or a difference of means, with its interval by Student's t. `low`, `high`, `half` and `pValue` are
 * NaN where too few values leave the spread unknown.
 */
export interface MeanInterval extends ConfidenceInterval {
  /** Half the width of the interval. */
  readonly half: number;
  /** The chance of a value at least as far from 0 if the true one were 0. */
  readonly pValue: number;
  /** How many values it is over: pairs, for a paired difference; the smaller set's, for any other one. */
  readonly n: number;
}

/**
 * The mean of independent values and its interval. For a paired comparison, give the differences of the
 * pairs. A single value has no interval.
 *
 * @example meanInterval([1, 2, 3]); // 2 ± 2.484, pValue 0.0742, n 3
 * @throws when a value isn't finite, or the level isn't between 0 and 1.
 */
export function meanInterval(values: ArrayLike<number>, { level = 0.95 }: IntervalLevel = {}): MeanInterval {
  assertFinite(values, "finite values");
  const { mean, variance, n } = spread(values);
  return interval({ value: mean, squareError: variance / n, freedom: n - 1, n, level });
}

/**
 * The mean of `a` minus that of `b`, two independent sets whose variances may differ (Welch, 1947). Degrees
 * of freedom are rounded down, which makes the interval a little wider.
 * @throws when a value isn't finite, or the level isn't between 0 and 1.
 */
export function meanDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: IntervalLevel = {},
): MeanInterval {
  for (const values of [a, b]) assertFinite(values, "finite values");
  return summaryDifference(spread(a), spread(b), options);
}

/** What is known of a set of values, such as a published "0.12 ± 0.04 over 10 runs". */
export interface Summary {
  /** Mean of the values. */
  readonly mean: number;
  /** Sample standard deviation of the values, not of their mean. */
  readonly sd: number;
  /** How many values there are. */
  readonly n: number;
}

/**
 * `meanDifference` of two sets of which only means and standard deviations are known.
 *
 * @example
 * const ours = spread([0.61, 0.66, 0.64]);
 * summaryDifference(ours, { mean: 2.143, sd: 1.993, n: 10 }); // half 1.43: hardly a test
 * @throws when a mean or a standard deviation of several values isn't finite, or the level isn't between 0
 * and 1.
 */
export function summaryDifference(
  a: Summary,
  b: Summary,
  { level = 0.95 }: IntervalLevel = {},
): MeanInterval {
  for (const { mean, sd, n } of [a, b]) {
    if ((n >= 1 && !Number.isFinite(mean)) || (n > 1 && !Number.isFinite(sd))) {
      throw expected("a finite mean and standard deviation of each set", `${mean} ± ${sd} over ${n}`);
    }
  }
  const [u, v] = [a.sd ** 2 / a.n, b.sd ** 2 / b.n];
  const n = Math.min(a.n, b.n);
  // Without any spread, the sets are pooled, so that there is a number.
  const whole = u + v > 0 ? (u + v) ** 2 / (u ** 2 / (a.n - 1) + v ** 2 / (b.n - 1)) : a.n + b.n - 2;
  const freedom = n > 1 ? Math.floor(whole + 1e-9) : 0;
  return interval({ value: a.mean - b.mean, squareError: u + v, freedom, n, level });
}

interface Terms {
  readonly value: number;
  readonly squareError: number;
  readonly freedom: number;
  readonly n: number;
  readonly level: number;
}

function interval({ value, squareError, freedom, n, level }: Terms): MeanInterval {
  assertLevel(level);
  const error = Math.sqrt(squareError);
  const known = freedom >= 1;
  const half = known ? studentQuantile(level, freedom) * error : Number.NaN;
  const pValue = known ? chanceOf(value, error, freedom) : Number.NaN;
  return Object.freeze({ value, low: value - half, high: value + half, level, half, pValue, n });
}

function chanceOf(value: number, error: number, freedom: number): number {
  if (error > 0) return Math.max(0, 1 - studentWithin(Math.abs(value) / error, freedom));
  return value === 0 ? 1 : 0;
}
