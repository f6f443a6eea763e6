import { noLatent } from "./gamma";
import type { Interpolant } from "./interpolant";
import { linear } from "./linear";
import { makeInterpolant } from "./make-interpolant";

/**
 * The one-sided interpolant I_t = a_t x0 + β_t x1 with a_t = √(α_t² + γ_t²) (Albergo, Boffi and Vanden-Eijnden, 2023,
 * arXiv 2303.08797): for x0 ~ N(0, I) independent of x1, the base does the latent's work, and I_t has at every t the
 * law, and the velocity, of the interpolant that it is made of. Where that one has no latent, a = α.
 *
 * There γ = 0, so no denoiser is defined, yet the score is known: −E[x0 | I_t] / a_t. With any other coupling it is
 * an interpolant of its own, not the same law.
 * @throws where a would not be differentiable: for a γ like √(t(1−t)), a ~ √(1 − t) at the data. Use `parabola()` or
 * `sinSquared()`.
 */
export function oneSided(interpolant: Interpolant = linear()): Interpolant {
  const name = `one-sided ${interpolant.name}`;
  if (!interpolant.hasLatent) return Object.freeze({ ...interpolant, name });
  return makeInterpolant({
    name,
    alphaBeta: (t) => {
      const { alpha, beta, gamma, dAlpha, dBeta, dGamma, gammaDGamma } = interpolant.at(t);
      const a = Math.hypot(alpha, gamma);
      // Where a = 0, at t = 1, it is the derivative from before.
      const derivative = a > 0 ? (alpha * dAlpha + gammaDGamma) / a : -Math.hypot(dAlpha, dGamma);
      return { alpha: a, beta, dAlpha: derivative, dBeta };
    },
    gamma: noLatent,
  });
}
