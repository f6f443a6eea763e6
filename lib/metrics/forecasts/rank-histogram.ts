import { assertRng, type Rng } from "../../random";
import { assertEnsemble, type EnsembleForecast } from "./ensemble";

/** Where the truth stands among the members. */
export interface RankHistogram {
  /** The share of values that have each rank, 0 to m: the number of members below the truth. */
  readonly shares: Float64Array;
  /**
   * Σ |share − 1/(m + 1)| / 2, the share of values that would have to move for a flat histogram: 0 where the
   * truth could be a member. Noise alone makes it larger than 0.
   */
  readonly unevenness: number;
}

/**
 * The rank of the truth among the members, for every value of every case (Hamill, 2001). Flat where the truth
 * could be a member; high at both ends where the members are too close to each other, in the middle where
 * they are too far. Ranks among equal values are drawn at random.
 *
 * @example
 * const draws = Array.from({ length: 4 }, (_, k) => rng(k).normals([500, 1]));
 * rankHistogram({ members: draws, truth: rng(99).normals([500, 1]), rng: rng(0) }).shares; // about 0.2 each
 * @throws when shapes differ, a value isn't finite, or there is no member.
 */
export function rankHistogram({ rng, ...forecast }: EnsembleForecast & { readonly rng: Rng }): RankHistogram {
  assertEnsemble(forecast);
  assertRng(rng);
  const { members, truth } = forecast;
  const m = members.length;
  const shares = new Float64Array(m + 1);
  for (let e = 0; e < truth.data.length; e++) {
    let [below, equal] = [0, 0];
    for (const { data } of members) {
      if (data[e] < truth.data[e]) below++;
      else if (data[e] === truth.data[e]) equal++;
    }
    shares[below + (equal > 0 ? rng.int(equal + 1) : 0)] += 1 / truth.data.length;
  }
  const unevenness = shares.reduce((sum, share) => sum + Math.abs(share - 1 / (m + 1)) / 2, 0);
  return Object.freeze({ shares, unevenness });
}
