import { sampleSize } from "../../array";
import { estimateMean } from "../../statistics";
import type { Scores } from "../scores";
import { assertEnsemble, type EnsembleForecast } from "./ensemble";

/**
 * The continuous ranked probability score of an ensemble (Gneiting and Raftery, 2007), in the fair form of
 * Ferro (2014): for each value of a state, with members x_i and the truth y,
 *
 *     mean_i |x_i − y| − Σ_{i<j} |x_i − x_j| / (m (m − 1)),
 *
 * averaged over the values of a state. Its expectation does not depend on the number of members, and is least
 * for the true law; a single member is judged by its absolute error. In the unit of the states; lower is
 * better.
 *
 * @example
 * const draws = Array.from({ length: 20 }, (_, k) => rng(k).normals([500, 1]));
 * fairCrps({ members: draws, truth: rng(99).normals([500, 1]) }).value; // about 1/√π = 0.564
 * @throws when shapes differ, a value isn't finite, or there is no member.
 */
export function fairCrps(forecast: EnsembleForecast): Scores {
  assertEnsemble(forecast);
  const { members, truth } = forecast;
  const [size, m] = [sampleSize(truth), members.length];
  const values = new Float64Array(truth.shape[0]);
  const sorted = new Float64Array(m);
  for (let e = 0; e < truth.data.length; e++) {
    for (let k = 0; k < m; k++) sorted[k] = members[k].data[e];
    sorted.sort();
    let error = 0;
    let apart = 0;
    for (let k = 0; k < m; k++) {
      error += Math.abs(sorted[k] - truth.data[e]);
      apart += (2 * k - m + 1) * sorted[k];
    }
    values[Math.floor(e / size)] += (error / m - (m > 1 ? apart / (m * (m - 1)) : 0)) / size;
  }
  return Object.freeze({ ...estimateMean(values), values });
}
