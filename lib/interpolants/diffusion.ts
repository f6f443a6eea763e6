import { expected } from "../errors";
import { assertLatent } from "./assert-latent";
import type { Interpolant } from "./interpolant";

const latentAdvice = "Use linear({ gamma: wiener() }).";

/** ε_t as a function of time: the equation has the noise √(2ε_t) dW. */
export type Diffusion = (t: number) => number;

/**
 * ε_t = γ_t² / 2t = σ_t² / 2 of the process I_t = α_t x0 + β_t x1 + σ_t W_t, γ_t = σ_t √t, whose own noise it
 * is: the diffusion with which Chen et al. (2024, arXiv 2403.13724) learn the drift of an
 * equation that starts at a point. γ̇z has an infinite part at t = 0, (ε/γ) z, that this drift leaves out.
 *
 * @example ownDiffusion(linear({ gamma: wiener() }))(0); // 1/2
 * @throws where the interpolant has no latent.
 */
export function ownDiffusion(interpolant: Interpolant): Diffusion {
  assertLatent(interpolant, "ownDiffusion", latentAdvice);
  return (t) => {
    const { gamma, gammaDGamma } = interpolant.at(t);
    return t > 0 ? gamma ** 2 / (2 * t) : gammaDGamma;
  };
}

/**
 * ε_t = |γ_t² β̇_t/β_t − γ_t γ̇_t|: the diffusion with which the equation from a point is a Föllmer process,
 * the one that is nearest to its own noise in relative entropy among all that have its law at t = 1. Chen et
 * al. (2024) write it |2tσ(β̇σ/β − σ̇) − σ²| / 2 with γ = σ√t. Of all ε it loses least, by their
 * bound, to an error of the learned drift; it needs no other training.
 *
 * Its value at t = 0 is the limit there.
 *
 * @example follmer(linear({ gamma: wiener() }))(0.5); // (1 − t²) / 2 = 3/8
 * @throws where the interpolant has no latent; the diffusion, where β = 0 inside (0, 1), as before t = 1/2 in
 * `encodingDecoding`: the data have no part in I_t there.
 */
export function follmer(interpolant: Interpolant): Diffusion {
  assertLatent(interpolant, "follmer", latentAdvice);
  return (t) => {
    const { beta, dBeta, gamma, gammaDGamma } = interpolant.at(Math.max(t, 1e-9));
    if (beta === 0) {
      throw expected(
        `an interpolant with β ≠ 0 between the ends for follmer`,
        `"${interpolant.name}", where β = 0 at t = ${t}`,
        "Use linear({ gamma: wiener() }), or another ε such as ownDiffusion.",
      );
    }
    return Math.abs((gamma ** 2 * dBeta) / beta - gammaDGamma);
  };
}
