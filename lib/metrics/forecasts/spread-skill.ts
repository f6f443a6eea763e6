import { assertEnsemble, type EnsembleForecast } from "./ensemble";

/** How far members are from each other, and their mean from the truth. */
export interface SpreadSkill {
  /** The root of the mean variance of the members, with m − 1, over all values and cases. */
  readonly spread: number;
  /** The root mean squared error of the ensemble's mean. */
  readonly skill: number;
  /**
   * √((m + 1) / m) · spread / skill: 1 where the truth could be a member, below 1 for ensembles that are too
   * sure of themselves, 0 for a single answer, NaN where both are 0.
   */
  readonly ratio: number;
}

/**
 * Spread over skill, with the correction for m members (Fortin et al., 2014): the mean of m draws misses
 * another draw by (1 + 1/m) of the variance.
 *
 * @example
 * const draws = Array.from({ length: 10 }, (_, k) => rng(k).normals([500, 1]));
 * spreadSkill({ members: draws, truth: rng(99).normals([500, 1]) }).ratio; // about 1
 * @throws when shapes differ, a value isn't finite, or there is no member.
 */
export function spreadSkill(forecast: EnsembleForecast): SpreadSkill {
  assertEnsemble(forecast);
  const { members, truth } = forecast;
  const m = members.length;
  let [variance, error] = [0, 0];
  for (let e = 0; e < truth.data.length; e++) {
    let mean = 0;
    for (const { data } of members) mean += data[e] / m;
    error += (mean - truth.data[e]) ** 2;
    if (m > 1) for (const { data } of members) variance += (data[e] - mean) ** 2 / (m - 1);
  }
  const root = (sum: number) => Math.sqrt(sum / truth.data.length);
  const [spread, skill] = [root(variance), root(error)];
  return Object.freeze({ spread, skill, ratio: (Math.sqrt((m + 1) / m) * spread) / skill });
}
