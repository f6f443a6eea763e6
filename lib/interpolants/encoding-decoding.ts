import { assertKnown } from "../errors";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";
import { sinSquared } from "./sin-squared";

/**
 * α_t = cos²(πt) before t = ½ and 0 after, β_t = 0 before and cos²(πt) after: x0 is encoded into the latent
 * z, which is all that is left at t = ½, and then decoded into x1 (Albergo, Boffi and Vanden-Eijnden, 2023,
 * arXiv 2303.08797). Whatever the coupling, x0 is forgotten on the way. Default γ = sin²(πt), so that I_½ =
 * z.
 *
 * @example encodingDecoding().at(0.5); // α = β = 0 and γ = 1: nothing but z is left
 * @throws when γ_½ = 0, since all draws would then meet in one point.
 */
export function encodingDecoding(options: { readonly gamma?: Gamma } = {}): Interpolant {
  assertKnown(options, { gamma: true }, "encodingDecoding");
  const { gamma = sinSquared() } = options;
  return makeInterpolant({
    name: "encoding-decoding",
    alphaBeta: (t) => {
      const share = t === 0.5 ? 0 : Math.cos(Math.PI * t) ** 2;
      const derivative = -Math.PI * Math.sin(2 * Math.PI * t);
      return t < 0.5
        ? { alpha: share, beta: 0, dAlpha: derivative, dBeta: 0 }
        : { alpha: 0, beta: share, dAlpha: 0, dBeta: derivative };
    },
    gamma,
  });
}
