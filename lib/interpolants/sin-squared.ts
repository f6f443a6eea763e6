import { makeGamma } from "./make-gamma";
import type { Gamma } from "./make-interpolant";

/** γ_t = a sin²(πt), default a = 1: flat at both ends and 1 in the middle; the γ of `encodingDecoding`. */
export function sinSquared({ scale }: { readonly scale?: number } = {}): Gamma {
  return makeGamma({
    name: "sin²(πt)",
    scale,
    curve: (t) => {
      // From the nearer end, so that it is exactly zero at t = 1 too.
      const angle = Math.PI * Math.min(t, 1 - t);
      const slope = Math.PI * Math.sin(2 * angle);
      return { gamma: Math.sin(angle) ** 2, dGamma: t > 0.5 ? -slope : slope };
    },
  });
}
