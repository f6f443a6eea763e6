import type { Interpolant } from "./interpolant";
import { linear } from "./linear";
import { makeInterpolant } from "./make-interpolant";
import { noLatent } from "./no-latent";

/**
 * The one-sided interpolant I_t = a_t x0 + β_t x1 with a_t = √(α_t² + γ_t²) (Albergo, Boffi and
 * Vanden-Eijnden, 2023, arXiv 2303.08797): for x0 ~ N(0, I) independent of x1, the base takes over the
 * latent's role, and at every t I_t has the law and the velocity of the given interpolant. Where that one has
 * no latent, a = α. One that is `insideHole` remains so: there the base is N(0, I) in the hole.
 *
 * There γ = 0, so no denoiser is defined, yet the score is known: −E[x0 | I_t] / a_t. With any other coupling
 * it is a different interpolant, whose law is not the same.
 *
 * @example oneSided(linear({ gamma: parabola() })).at(0.5).alpha; // √(0.5² + 0.25²) = 0.56
 * @throws where a would not be differentiable: for a γ like √(t(1−t)), a ~ √(1 − t) at the data. Use
 * `parabola()` or `sinSquared()`.
 */
export function oneSided(interpolant: Interpolant = linear()): Interpolant {
  const name = `one-sided ${interpolant.name}`;
  if (!interpolant.hasLatent) return Object.freeze({ ...interpolant, name });
  const made = makeInterpolant({
    name,
    alphaBeta: (t) => {
      const { alpha, beta, gamma, dAlpha, dBeta, dGamma, gammaDGamma } = interpolant.at(t);
      const a = Math.hypot(alpha, gamma);
      // At t = 1, where a = 0, it is the left derivative.
      const derivative = a > 0 ? (alpha * dAlpha + gammaDGamma) / a : -Math.hypot(dAlpha, dGamma);
      return { alpha: a, beta, dAlpha: derivative, dBeta };
    },
    gamma: noLatent,
  });
  return interpolant.insideHole ? Object.freeze({ ...made, insideHole: true }) : made;
}
