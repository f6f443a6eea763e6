import { spread } from "./spread";

/** A mean over samples and its standard error. */
export interface Estimate {
  /** The mean. */
  readonly value: number;
  /** Its standard error. */
  readonly standardError: number;
}

/** The mean of independent values; its standard error is infinite for a single one. */
export function estimateMean(values: ArrayLike<number>): Estimate {
  const { mean, variance, n } = spread(values);
  const standardError = n > 1 ? Math.sqrt(variance / n) : Number.POSITIVE_INFINITY;
  return Object.freeze({ value: mean, standardError });
}
