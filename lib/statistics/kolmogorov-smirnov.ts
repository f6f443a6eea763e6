import { expected } from "../errors";

/** What {@link kolmogorovSmirnov} says. */
export interface KolmogorovSmirnov {
  /** sup |F_n − F|, between 0 and 1. */
  readonly distance: number;
  /** The probability of at least this distance, were the values drawn from F. */
  readonly pValue: number;
}

/**
 * The one-sample test of Kolmogorov and Smirnov: are these independent values draws from a law with the
 * distribution function `cdf`, which must be continuous and not fitted to them? The p-value is that of the
 * limit n → ∞ at (√n + 0.12 + 0.11/√n) D, by which it is accurate to a percent or so from n = 10 on
 * (Stephens, 1970).
 *
 * @example kolmogorovSmirnov([0.1, 0.35, 0.55, 0.9], (x) => x); // uniform? { distance: 0.2, pValue: 0.99 }
 * @throws when there are no values, or the distribution function is not between 0 and 1.
 */
export function kolmogorovSmirnov(
  values: ArrayLike<number>,
  cdf: (value: number) => number,
): KolmogorovSmirnov {
  const n = values.length;
  if (n === 0) throw expected("at least one value to test", "none");
  const sorted = Float64Array.from(values).sort();
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const at = cdf(sorted[i]);
    if (!(at >= 0 && at <= 1)) throw expected("a distribution function from 0 to 1", `${at} at ${sorted[i]}`);
    distance = Math.max(distance, at - i / n, (i + 1) / n - at);
  }
  return Object.freeze({ distance, pValue: beyond((Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance) });
}

/** P(K > x) for Kolmogorov's law, by its series that converges fast above 0.5, or by Jacobi's below. */
function beyond(x: number): number {
  let sum = 0;
  if (x > 0.5) {
    for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * x) ** 2);
    return Math.min(1, sum);
  }
  for (let k = 1; k <= 39; k += 2) sum += Math.exp(-((k * Math.PI) ** 2) / (8 * x * x));
  return x > 0 ? 1 - (Math.sqrt(2 * Math.PI) / x) * sum : 1;
}
