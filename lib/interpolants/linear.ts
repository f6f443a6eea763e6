import { assertKnown } from "../errors";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";
import { noLatent } from "./no-latent";

/**
 * α_t = 1 − t, β_t = t: straight lines from x0 to x1, as in the paper's experiments (section 4).
 *
 * @example
 * linear().at(0.25); // { alpha: 0.75, beta: 0.25, gamma: 0, dAlpha: -1, dBeta: 1, … }
 * linear({ gamma: brownian() }); // with a latent, for stochastic sampling
 */
export function linear(options: { readonly gamma?: Gamma } = {}): Interpolant {
  assertKnown(options, { gamma: true }, "linear");
  const { gamma = noLatent } = options;
  return makeInterpolant({
    name: "linear",
    alphaBeta: (t) => ({ alpha: 1 - t, beta: t, dAlpha: -1, dBeta: 1 }),
    gamma,
  });
}
