import { assertShape, type NdArray } from "../array";
import { assertKnown } from "../errors";
import { squaredError } from "./error-measure";
import type { Objective, ObjectiveOptions } from "./objective";

/**
 * L_b of Theorem 3.1 as a mean squared error against İ_t: E|b − İ|² / d = (L_b + E|İ|²) / d for fields of d
 * elements. Its minimum is not zero but E|İ − b|² / d, the spread of the velocities that meet at a point;
 * `quadraticLoss` gives L_b itself.
 *
 * @example
 * const robust = velocityLoss({ error: pseudoHuber({ c: 0.03 }) });
 * const model = await train({ data, coupling, interpolant, network, objective: robust, steps: 10, seed: 0 });
 */
export function velocityLoss(options: ObjectiveOptions = {}): Objective {
  assertKnown(options, { error: true }, "velocityLoss");
  const { error = squaredError() } = options;
  return Object.freeze({ name: "velocity", error, target: ({ dxt }) => dxt } satisfies Objective);
}

/**
 * The paper's own form of its losses, E[|b|² − 2 İ·b] (L_b; with g and z in their place, L_g), summed over
 * elements and averaged over samples: a Monte Carlo estimate for draws at uniform times. At the minimum it is
 * −E|b|², so that it can and should become negative.
 *
 * @example quadraticLoss(pairs.x1, pairs.x1); // −E|x1|², the least for this target
 */
export function quadraticLoss(prediction: NdArray, target: NdArray): number {
  assertShape(target, prediction.shape, "the target, like the prediction,");
  let sum = 0;
  for (let i = 0; i < prediction.data.length; i++) {
    sum += prediction.data[i] * (prediction.data[i] - 2 * target.data[i]);
  }
  return sum / prediction.shape[0];
}
