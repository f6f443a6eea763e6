import { assertKnown } from "../errors";
import { squaredError } from "./error-measure";
import { noiseOf, type Objective, type ObjectiveOptions } from "./objective";

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
export function noiseLoss(options: ObjectiveOptions = {}): Objective {
  assertKnown(options, { error: true }, "noiseLoss");
  const { error = squaredError() } = options;
  return Object.freeze({
    name: "noise",
    error,
    target: ({ pairs }) => noiseOf(pairs, "the noise's loss"),
  } satisfies Objective);
}
