import { assertKnown, expected } from "../errors";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";
import { noLatent } from "./no-latent";

/** Options of {@link variancePreserving}. */
export interface VariancePreservingOptions {
  /** The diffusion's noise rate M at the base end, above 0. Default 20, as in the cited works. */
  readonly max?: number;
  /** γ_t. Default 0. */
  readonly gamma?: Gamma;
}

/**
 * The path of a variance-preserving diffusion (Song et al., 2021; SiT's and flow matching's VP): with s = 1 −
 * t and noise rate M s, the data's coefficient is e^{−M s²/4}, here shifted and rescaled to be exactly zero
 * at t = 0: β_t = (e^{−M s²/4} − e^{−M/4}) / (1 − e^{−M/4}) and α_t = √(1 − β_t²), so that α² + β² = 1.
 *
 * Two things differ from the cited form. There β_0 is e^{−5} instead of 0, so that sampling starts slightly
 * off. And there the rate is 0.1 + 19.9 s; a rate above zero at the data end makes α ~ √(1 − t), with α̇
 * infinite, which Def. 3.1 excludes.
 *
 * @example variancePreserving().at(0.7); // α² + β² = 1
 * @throws unless `max` is above 0.
 */
export function variancePreserving(options: VariancePreservingOptions = {}): Interpolant {
  assertKnown(options, { max: true, gamma: true }, "variancePreserving");
  const { max = 20, gamma = noLatent } = options;
  if (!(max > 0 && max < Number.POSITIVE_INFINITY)) throw expected("a max (noise rate) above 0", `${max}`);
  const whole = -Math.expm1(-max / 4);
  return makeInterpolant({
    name: max === 20 ? "variance-preserving" : `variance-preserving(${max})`,
    alphaBeta: (t) => {
      const s = 1 - t;
      const gone = -Math.expm1((-max * s * s) / 4) / whole; // 1 − β, exact near the data
      const beta = 1 - gone;
      const alpha = Math.sqrt(gone * (2 - gone));
      const dBeta = (max * s * Math.exp((-max * s * s) / 4)) / (2 * whole);
      const dAlpha = alpha > 0 ? (-beta * dBeta) / alpha : -Math.sqrt(max / (2 * whole));
      return { alpha, beta, dAlpha, dBeta };
    },
    gamma,
  });
}
