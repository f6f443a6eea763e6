import { expected } from "../errors";
import type { ConfidenceInterval } from "./bootstrap";
import { assertLevel, type IntervalLevel } from "./level";
import { normalQuantile } from "./normal";

/** How many of `n` independent trials succeeded. */
export interface Trials {
  /** How many succeeded. */
  readonly successes: number;
  /** How many there were. */
  readonly n: number;
}

/**
 * Wilson's score interval for a proportion (Wilson, 1927): all p₀ that a test of p = p₀ at 1 − level doesn't
 * reject. Unlike p̂ ± z √(p̂(1 − p̂)/n) it stays within [0, 1] and has a width at 0 and 1. Both numbers may
 * be fractions: ties that count half, an effective number of trials.
 *
 * @example wilsonInterval({ successes: 9, n: 10 }); // { value: 0.9, low: 0.596, high: 0.982, level: 0.95 }
 * @throws when there are no trials, or more successes than trials.
 */
export function wilsonInterval({ successes, n, level = 0.95 }: Trials & IntervalLevel): ConfidenceInterval {
  assertTrials({ successes, n });
  assertLevel(level);
  const z = normalQuantile((1 + level) / 2);
  const value = successes / n;
  const weight = 1 + z ** 2 / n;
  const centre = (value + z ** 2 / (2 * n)) / weight;
  const half = (z / weight) * Math.sqrt((value * (1 - value)) / n + z ** 2 / (4 * n ** 2));
  return Object.freeze({ value, low: Math.max(0, centre - half), high: Math.min(1, centre + half), level });
}

/**
 * P(X ≥ successes) for X ~ Binomial(n, ½): the one-sided p-value of the sign test (Arbuthnot, 1710); 1 when
 * there are no trials.
 *
 * @example signTest({ successes: 9, n: 10 }); // 11 / 1024
 */
export function signTest({ successes, n }: Trials): number {
  if (n === 0) return 1;
  if (!(Number.isInteger(n) && Number.isInteger(successes))) {
    throw expected("whole numbers of trials and successes", `${n} and ${successes}`);
  }
  assertTrials({ successes, n });
  // From the last term, 2⁻ⁿ, towards the first; in logarithms, as 2⁻ⁿ underflows for n above 1074.
  let [logTerm, sum] = [-n * Math.LN2, 0];
  for (let k = n; k >= successes; k--) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(k) - Math.log(n - k + 1);
  }
  return Math.min(1, sum);
}

function assertTrials({ successes, n }: Trials): void {
  if (!(n >= 1)) throw expected("1 trial or more", `${n}`);
  if (!(successes >= 0 && successes <= n)) throw expected(`from 0 to ${n} successes`, `${successes}`);
}
