import { squaredError } from "./error-measure";
import { noiseOf } from "./noise-of";
import type { Objective, ObjectiveOptions } from "./objective";

/**
 * Regression on the noise ζ of a base x0 = m + σζ (section 3.2): the minimiser is E[ζ | I_t, ξ], of which the score
 * −(α_t σ)^{-T} E[ζ | I_t, ξ] follows without a latent; see `scoreFromNoise`. Finite at all times.
 * @throws (in `target`) where the coupling's draws carry no ζ.
 */
export function noiseLoss({ error = squaredError() }: ObjectiveOptions = {}): Objective {
  return Object.freeze({
    name: "noise",
    error,
    target: ({ pairs }) => noiseOf(pairs, "the noise's loss"),
  } satisfies Objective);
}
