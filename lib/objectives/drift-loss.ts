import { zeros } from "../array";
import { assertKnown } from "../errors";
import { ownDiffusion } from "../interpolants/diffusion";
import { squaredError } from "./error-measure";
import { latentOf, type Objective, type ObjectiveOptions } from "./objective";

/**
 * Regression on İ_t − (ε_t/γ_t) z with ε_t = γ_t² / 2t, which is α̇x0 + β̇x1 + σ̇_t W_t for γ_t = σ_t √t: the
 * minimiser is the drift f = b + ε s of dX = f dt + √(2ε_t) dW (Chen et al., 2024, arXiv 2403.13724).
 * Where x0 is a point, known from ξ, `driftsFromPoint` makes those of other ε from it.
 *
 * Unlike the velocity's, its target has a finite variance at t = 0.
 * @throws (in `target`) where the interpolant has no latent.
 *
 * @example
 * const interpolant = linear({ gamma: wiener() });
 * const objective = driftLoss();
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 */
export function driftLoss(options: ObjectiveOptions = {}): Objective {
  assertKnown(options, { error: true }, "driftLoss");
  const { error = squaredError() } = options;
  return Object.freeze({
    name: "drift",
    error,
    target(drawn) {
      const z = latentOf(drawn, "the drift's loss");
      const { interpolant, t, dxt } = drawn;
      const own = ownDiffusion(interpolant);
      const size = dxt.data.length / dxt.shape[0];
      const out = zeros(dxt.shape, dxt);
      for (let i = 0; i < dxt.shape[0]; i++) {
        const share = own(t[i]) / interpolant.at(t[i]).gamma;
        for (let e = i * size; e < (i + 1) * size; e++) out.data[e] = dxt.data[e] - share * z.data[e];
      }
      return out;
    },
  } satisfies Objective);
}
