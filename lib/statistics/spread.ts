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

/** Mean, variance and standard deviation of values. Without any, all three are NaN. */
export function spread(values: ArrayLike<number>): Spread {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  const variance = n > 1 ? squares / (n - 1) : Number.NaN;
  return Object.freeze({ mean, variance, sd: Math.sqrt(variance), n });
}
