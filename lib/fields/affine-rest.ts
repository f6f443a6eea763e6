import { ndarray } from "../array";
import { expected } from "../errors";
import { type AffineVelocity, assertAffineFits } from "../interpolants/affine-velocity";
import { converted } from "./converted";
import { bindDivergence, type Divergence, makeDivergence } from "./divergence";
import type { Field } from "./field";

/**
 * b = b_affine + s_t F, where F is what a network trained by `restLoss` gives; zero on known pixels.
 * @throws (the field) where F's values are not finite, γ̇ is infinite, or the moments are of samples of
 * another size.
 */
export function velocityFromRest(rest: Field, affine: AffineVelocity): Field {
  return converted({
    name: "velocityFromRest",
    known: "zero",
    singular: "where γ̇ is infinite",
    fields: [rest],
    on:
      () =>
      (x, t, [given]) => {
        const here = affine.at(t);
        assertAffineFits(here, x);
        const { slope, offset, rest: scale } = here;
        const size = slope.length;
        return Float64Array.from(
          given,
          (value, k) => slope[k % size] * x.data[k] + offset[k % size] + scale * value,
        );
      },
  });
}

/**
 * The same velocity with its divergence, for likelihoods: ∇·b is the sum of the slopes, and s_t times that of
 * F. With a probe v it is vᵀ(∂b/∂x)v, of the same probe. Masks are not supported.
 *
 * @example
 * const { network, parameters, moments } = await pretrained(digitsByLabel);
 * const affine = affineVelocity({ interpolant: modelInterpolant, moments });
 * const divergence = divergenceFromRest(networkDivergence({ network, parameters }), affine);
 * @throws (the divergence) where ξ has a mask, or the moments are of samples of another size.
 */
export function divergenceFromRest(rest: Divergence, affine: AffineVelocity): Divergence {
  return makeDivergence((xi) => {
    if (xi.keep) throw expected("a condition without a mask for divergenceFromRest", "one with a mask");
    const bound = bindDivergence(rest, xi);
    return async (x, t, probe) => {
      const found = await bound(x, t, probe);
      const here = affine.at(t);
      assertAffineFits(here, x);
      const { slope, offset, rest: scale } = here;
      const size = slope.length;
      const value = Float64Array.from(
        found.value.data,
        (given, e) => slope[e % size] * x.data[e] + offset[e % size] + scale * given,
      );
      const divergence = found.divergence.map((given) => scale * given);
      for (let e = 0; e < value.length; e++) {
        divergence[Math.floor(e / size)] += slope[e % size] * (probe ? probe.data[e] ** 2 : 1);
      }
      return { value: ndarray(x.shape, value), divergence, nfe: found.nfe };
    };
  });
}
