import { assertKnown } from "../errors";
import { squaredError } from "./error-measure";
import { latentOf, type Objective, type ObjectiveOptions } from "./objective";

/**
 * L_g of Theorem 3.1 as a mean squared error against the latent z: E|g − z|² / d = (L_g + d) / d for fields
 * of d elements.
 * @throws (in `target`) where the interpolant has no latent: then g isn't defined.
 *
 * @example
 * const interpolant = linear({ gamma: brownian() });
 * const setup = { data, coupling, interpolant, network, steps: 10, seed: 0 };
 * const b = (await train(setup)).field();
 * const g = (await train({ ...setup, objective: denoiserLoss() })).field(); // on the same draws as b
 */
export function denoiserLoss(options: ObjectiveOptions = {}): Objective {
  assertKnown(options, { error: true }, "denoiserLoss");
  const { error = squaredError() } = options;
  return Object.freeze({
    name: "denoiser",
    error,
    target: (drawn) => latentOf(drawn, "the denoiser's loss"),
  } satisfies Objective);
}
