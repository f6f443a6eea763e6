import { meanOf } from "./mean";

/** The mean of n values, and their spread about it. */
export interface Spread {
  /** The mean of the values. */
  readonly mean: number;
  /** Sample variance, with n − 1 in the denominator; NaN for a single value. */
  readonly variance: number;
  /** Sample standard deviation, the root of `variance`. */
  readonly sd: number;
  /** How many values there are. */
  readonly n: number;
}

/** Mean, variance (0 where all values are equal) and standard deviation. Without any values, all are NaN. */
export function spread(values: ArrayLike<number>): Spread {
  const n = values.length;
  const mean = meanOf(values);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  // The mean of equal values may differ from them by its rounding, which is no spread.
  if (Number.isFinite(mean) && Array.prototype.every.call(values, (value) => value === values[0]))
    squares = 0;
  const variance = n > 1 ? squares / (n - 1) : Number.NaN;
  return Object.freeze({ mean, variance, sd: Math.sqrt(variance), n });
}
