import { type Gamma, type Interpolant, makeInterpolant, noLatent } from "../../lib";

/** A schedule of one's own: β_t = 3t² − 2t³ and α_t = 1 − β_t, at rest at both ends. */
export function smoothstep({ gamma = noLatent }: { readonly gamma?: Gamma } = {}): Interpolant {
  return makeInterpolant({
    name: "smoothstep",
    alphaBeta: (t) => {
      const beta = t * t * (3 - 2 * t);
      const dBeta = 6 * t * (1 - t);
      return { alpha: 1 - beta, beta, dAlpha: -dBeta, dBeta };
    },
    gamma,
  });
}
