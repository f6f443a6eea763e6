import { assertKnown } from "../errors";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";
import { noLatent } from "./no-latent";

/**
 * α_t = cos(πt/2), β_t = sin(πt/2): preserves the variance where x0 and x1 are independent and of equal
 * variance. Known as GVP (generalised variance-preserving) elsewhere. α + β ≠ 1: for a masked velocity use
 * `insideHole`.
 *
 * @example trigonometric().at(0.5); // { alpha: 0.707, beta: 0.707, … }
 */
export function trigonometric(options: { readonly gamma?: Gamma } = {}): Interpolant {
  assertKnown(options, { gamma: true }, "trigonometric");
  const { gamma = noLatent } = options;
  const quarter = Math.PI / 2;
  return makeInterpolant({
    name: "trigonometric",
    alphaBeta: (t) => {
      // sin((1−t)π/2), not cos(tπ/2): exactly zero at t = 1.
      const alpha = Math.sin(quarter * (1 - t));
      const beta = Math.sin(quarter * t);
      return { alpha, beta, dAlpha: -quarter * beta, dBeta: quarter * alpha };
    },
    gamma,
  });
}
