import { squaredError } from "./error-measure";
import { noiseOf, type Objective, type ObjectiveOptions } from "./objective";

/**
 * Regression on x1: the minimiser is the data prediction E[x1 | I_t, ξ], from which other fields follow; see
 * `velocityFromData` and `scoreFromData`. A masked network predicts zero on known pixels.
 */
export function dataLoss({ error = squaredError() }: ObjectiveOptions = {}): Objective {
  return Object.freeze({ name: "data", error, target: ({ pairs }) => pairs.x1 } satisfies Objective);
}

/**
 * Regression on x0: the minimiser is the base prediction E[x0 | I_t, ξ], from which other fields follow; see
 * `velocityFromBase`. A masked network predicts zero on known pixels.
 *
 * @example
 * const objective = baseLoss();
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 * const b = velocityFromBase(model.field(), { interpolant }); // not defined at t = 0
 */
export function baseLoss({ error = squaredError() }: ObjectiveOptions = {}): Objective {
  return Object.freeze({ name: "base", error, target: ({ pairs }) => pairs.x0 } satisfies Objective);
}

/**
 * Regression on the noise ζ of a base x0 = m + σζ (section 3.2): the minimiser is E[ζ | I_t, ξ], from which
 * the score −(α_t σ)^{-T} E[ζ | I_t, ξ] follows without a latent; see `scoreFromNoise`. Finite at all times.
 * @throws (in `target`) where the coupling's draws carry no ζ.
 *
 * @example
 * const objective = noiseLoss();
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 * const s = scoreFromNoise(model.field(), { interpolant }); // without a latent; not defined at t = 1
 */
export function noiseLoss({ error = squaredError() }: ObjectiveOptions = {}): Objective {
  return Object.freeze({
    name: "noise",
    error,
    target: ({ pairs }) => noiseOf(pairs, "the noise's loss"),
  } satisfies Objective);
}
