import { assertKnown } from "../../errors";
import { squaredDistance } from "../../statistics/squared-distance";
import { assertManifold, type ManifoldOptions, squaredRadii } from "./neighbours";

/** What {@link densityCoverage} says. */
export interface DensityCoverage {
  /**
   * Mean number of real points' balls that contain a sample, divided by k: 1 on average for perfect samples;
   * may be larger.
   */
  readonly density: number;
  /**
   * Fraction of real points with a sample in their ball: 1 − 2⁻ᵏ, not 1, for equally many perfect samples.
   */
  readonly coverage: number;
  /** Which neighbour's distance is the radius of a ball. */
  readonly k: number;
}

/**
 * Density and coverage (Naeem et al., 2020): balls are drawn around real points only, reaching to the k-th
 * nearest real neighbour, by default the 5th. They are less sensitive to outliers than precision and recall.
 * For n real points and m samples of the same distribution, the expected coverage is 1 − (n−1)⋯(n−k) /
 * ((n+m−1)⋯(n+m−k)) whatever the distribution: the value to compare with. Time grows as n² d + n m d.
 *
 * @example
 * densityCoverage({ real: data.x, generated: moons({ n: 256, rng: rng(1) }).x });
 * // density near 1, coverage near 1 − 2⁻⁵
 * @throws when a set has no more than k rows, dimensions differ, or a feature isn't finite.
 */
export function densityCoverage(options: ManifoldOptions): DensityCoverage {
  assertKnown(options, { real: true, generated: true, k: true }, "densityCoverage", { likely: true });
  const { real, generated, k = 5 } = options;
  assertManifold({ real, generated, k });
  const [n, m] = [real.shape[0], generated.shape[0]];
  let [balls, covered] = [0, 0];
  squaredRadii(real, k).forEach((radius, i) => {
    let inside = 0;
    for (let j = 0; j < m; j++) if (squaredDistance(real, i, generated, j) <= radius) inside++;
    balls += inside;
    if (inside > 0) covered++;
  });
  return Object.freeze({ density: balls / (k * m), coverage: covered / n, k });
}
