import { assertKnown, expected } from "../errors";
import { brownian } from "./brownian";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";

/** Options of {@link mirror}. */
export interface MirrorOptions {
  /** Must not be zero: without it nothing moves. Default √(2t(1−t)). */
  readonly gamma?: Gamma;
  /** The fraction of x1 that is removed at t = ½, from 0 to 1. Default 0. */
  readonly dip?: number;
}

/**
 * The mirror interpolant I_t = κ_t x1 + γ_t z from the data to the data (Albergo, Boffi and Vanden-Eijnden,
 * 2023, arXiv 2303.08797), with κ_t = 1 − dip · sin²(πt), so that κ_0 = κ_1 = 1.
 *
 * It fits Def. 3.1, which asks for α_0 = 1, as the coupling x0 = x1 under α_t = (1 − t) κ_t and β_t = t κ_t:
 * with x0 = x1 only their sum κ enters. The velocity is then κ̇_t E[x1 | I_t] + γ̇_t g_t. With other pairs it
 * moves x0 to x1 as any interpolant does.
 *
 * @example mirror({ dip: 0.5 }).at(0.5); // α = β = 0.25: of x0 = x1 half is left; γ = 0.71
 * @throws when γ is zero, or the dip is not from 0 to 1.
 */
export function mirror(options: MirrorOptions = {}): Interpolant {
  assertKnown(options, { gamma: true, dip: true }, "mirror");
  const { gamma = brownian(), dip = 0 } = options;
  if (!(dip >= 0 && dip <= 1)) throw expected("a dip from 0 to 1", `${dip}`);
  if (gamma.zero)
    throw expected("a γ that is not zero for the mirror interpolant", gamma.name, "Use brownian().");
  return makeInterpolant({
    name: dip === 0 ? "mirror" : `mirror(${dip})`,
    alphaBeta: (t) => {
      // Measured from the nearer end, so that it is exactly 1 at t = 1 too.
      const kappa = 1 - dip * Math.sin(Math.PI * Math.min(t, 1 - t)) ** 2;
      const dKappa = -dip * Math.PI * Math.sin(2 * Math.PI * t);
      return {
        alpha: (1 - t) * kappa,
        beta: t * kappa,
        dAlpha: (1 - t) * dKappa - kappa,
        dBeta: t * dKappa + kappa,
      };
    },
    gamma,
  });
}
