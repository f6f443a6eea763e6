/** A mean over samples and its standard error. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/** The mean of independent values; the standard error is infinite for a single one. */
export function estimateMean(values: ArrayLike<number>): Estimate {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const value = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - value) ** 2;
  const standardError = n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.POSITIVE_INFINITY;
  return Object.freeze({ value, standardError });
}
