import { expected } from "../errors";
import type { Coefficients, Interpolant } from "./interpolant";

/** α_t, β_t and their time derivatives. */
export type AlphaBeta = Pick<Coefficients, "alpha" | "beta" | "dAlpha" | "dBeta">;

/** The latent scale γ_t: γ_0 = γ_1 = 0. */
export interface Gamma {
  readonly name: string;
  /** Whether γ is identically zero, so that no latent z enters. */
  readonly zero: boolean;
  at(t: number): Pick<Coefficients, "gamma" | "dGamma" | "gammaDGamma">;
}

/** What an interpolant is made of. */
export interface InterpolantParts {
  readonly name: string;
  /** Whether α_t + β_t = 1 for all t. */
  readonly convex: boolean;
  readonly alphaBeta: (t: number) => AlphaBeta;
  readonly gamma: Gamma;
}

/**
 * Makes the interpolant I_t = α_t x0 + β_t x1 + γ_t z (Def. 3.1) of its schedules, which must have
 * α_0 = β_1 = 1 and α_1 = β_0 = γ_0 = γ_1 = 0.
 * @throws when a schedule has other values at the ends; `at` throws for a time outside [0, 1].
 */
export function makeInterpolant({ name, convex, alphaBeta, gamma }: InterpolantParts): Interpolant {
  const at = (t: number): Coefficients => {
    if (!(t >= 0 && t <= 1)) throw expected("a time from 0 (the base) to 1 (the data)", `${t}`);
    return { ...alphaBeta(t), ...gamma.at(t) };
  };
  for (const [t, alpha, beta] of [
    [0, 1, 0],
    [1, 0, 1],
  ]) {
    const end = at(t);
    if (!(near(end.alpha, alpha) && near(end.beta, beta) && near(end.gamma, 0))) {
      throw expected(
        `alpha = ${alpha}, beta = ${beta}, gamma = 0 at t = ${t} of the interpolant "${name}"`,
        `alpha = ${end.alpha}, beta = ${end.beta}, gamma = ${end.gamma}`,
      );
    }
  }
  return Object.freeze({
    name: gamma.zero ? name : `${name} + ${gamma.name}`,
    convex,
    hasLatent: !gamma.zero,
    at,
  });
}

const near = (a: number, b: number) => Math.abs(a - b) < 1e-12;
