import { type NdArray, zeros } from "../array";
import { solveSigma } from "../couplings/sigma";
import { assertKnown, expected } from "../errors";
import { squaredError } from "./error-measure";
import { latentOf, noiseOf, type Objective, type ObjectiveOptions } from "./objective";

export interface ScoreLossOptions extends ObjectiveOptions {
  /**
   * The noise to match: the interpolant's latent z, or the ζ of the base. Default: z where the interpolant
   * has one.
   */
  readonly from?: "latent" | "base";
}

/**
 * L_s: denoising score matching (Vincent, 2011). The score is the conditional expectation of −z/γ_t, and of
 * −σ^{-T}ζ/α_t for a base x0 = m + σζ. Both grow without bound towards an end, so the errors are multiplied
 * by γ_t², and by α_t²: E|γ_t s + z|² and E|α_t s + σ^{-T}ζ|², which are finite at all times and have the
 * same minimiser.
 *
 * The score itself still grows there, which is hard for a network: `denoiserLoss` with `scoreFromDenoiser`,
 * or `noiseLoss` with `scoreFromNoise`, learn the same from bounded targets.
 * @throws (in `target`) where the interpolant has no latent, or the coupling's draws carry no ζ and σ, or σ
 * is singular.
 *
 * @example
 * // independent() draws x0 = ζ, so its score can be learned without a latent.
 * const objective = scoreLoss({ from: "base" });
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 * const s = model.field();
 */
export function scoreLoss(options: ScoreLossOptions = {}): Objective {
  assertKnown(options, { from: true, error: true }, "scoreLoss");
  const { from, error = squaredError() } = options;
  if (from !== undefined && from !== "latent" && from !== "base") {
    throw expected('"latent" or "base" as the noise that the score is learned from', `"${from}"`);
  }
  const isLatent = (hasLatent: boolean) => (from === undefined ? hasLatent : from === "latent");
  return Object.freeze({
    name: "score",
    error,
    target(drawn) {
      const { pairs, interpolant } = drawn;
      if (isLatent(interpolant.hasLatent)) {
        return negative(latentOf(drawn, "the score's loss from the latent"));
      }
      const zeta = noiseOf(pairs, "the score's loss from the base");
      if (pairs.sigma === undefined) {
        throw expected("a coupling whose draws carry sigma, besides zeta, for the score's loss", "none");
      }
      return negative(solveSigma(pairs.sigma, zeta));
    },
    factor({ interpolant, t }) {
      const latent = isLatent(interpolant.hasLatent);
      return Float32Array.from(t, (time) => interpolant.at(time)[latent ? "gamma" : "alpha"]);
    },
  } satisfies Objective);
}

function negative(array: NdArray): NdArray {
  const out = zeros(array.shape, array);
  for (let e = 0; e < out.data.length; e++) out.data[e] = -array.data[e];
  return out;
}
