import { assertKnown, expected } from "../errors";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";
import { noLatent } from "./no-latent";

/** Options of {@link polynomial}. */
export interface PolynomialOptions {
  /** The power n, 1 or more (for a smaller one β̇ would be infinite at t = 0). */
  readonly power: number;
  /** γ_t. Default 0. */
  readonly gamma?: Gamma;
}

/**
 * α_t = 1 − tⁿ, β_t = tⁿ: the straight lines of `linear`, traversed slowly at first. Convex, so it suits a
 * masked velocity; n = 1 is `linear`.
 *
 * @example polynomial({ power: 2 }).at(0.5).beta; // 0.25
 * @throws unless the power is at least 1.
 */
export function polynomial(options: PolynomialOptions): Interpolant {
  assertKnown(options, { power: true, gamma: true }, "polynomial");
  const { power, gamma = noLatent } = options;
  if (!(power >= 1 && power < Number.POSITIVE_INFINITY)) throw expected("a power of 1 or more", `${power}`);
  return makeInterpolant({
    name: `polynomial(${power})`,
    alphaBeta: (t) => {
      const beta = t ** power;
      const dBeta = power * t ** (power - 1);
      return { alpha: 1 - beta, beta, dAlpha: -dBeta, dBeta };
    },
    gamma,
  });
}
