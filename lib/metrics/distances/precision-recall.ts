import type { NdArray } from "../../array";
import { assertKnown } from "../../errors";
import { squaredDistance } from "../../statistics/squared-distance";
import { assertManifold, type ManifoldOptions, squaredRadii } from "./neighbours";

/** What {@link precisionRecall} says. */
export interface PrecisionRecall {
  /** Fraction of samples that lie in the ball of a real point: how many look real. */
  readonly precision: number;
  /** Fraction of real points that lie in the ball of a sample: how much of the data the samples cover. */
  readonly recall: number;
  /** Which neighbour's distance is the radius of a ball. */
  readonly k: number;
}

/**
 * Precision and recall (Kynkäänniemi et al., 2019): the support of each set is taken as the union of balls
 * around its points that reach to the k-th nearest neighbour, by default the 3rd. Both depend on the sizes of
 * the sets, so compare values at equal sizes only; a single outlier, with its large ball, raises them. Time
 * grows as (n + m)² d.
 *
 * @example precisionRecall({ real: data.x, generated: moons({ n: 256, rng: rng(1) }).x }); // both near 1
 * @throws when a set has no more than k rows, dimensions differ, or a feature isn't finite.
 */
export function precisionRecall(options: ManifoldOptions): PrecisionRecall {
  assertKnown(options, { real: true, generated: true, k: true }, "precisionRecall", { likely: true });
  const { real, generated, k = 3 } = options;
  assertManifold({ real, generated, k });
  return Object.freeze({
    precision: shareInside(generated, real, squaredRadii(real, k)),
    recall: shareInside(real, generated, squaredRadii(generated, k)),
    k,
  });
}

function shareInside(points: NdArray, centres: NdArray, squared: Float64Array): number {
  let inside = 0;
  for (let i = 0; i < points.shape[0]; i++) {
    if (squared.some((radius, j) => squaredDistance(points, i, centres, j) <= radius)) inside++;
  }
  return inside / points.shape[0];
}
