import { assertKnown } from "../errors";
import { type Gamma, makeGamma } from "./gamma";

/**
 * γ_t = a sin²(πt), default a = 1: flat at both ends and 1 in the middle; the γ of `encodingDecoding`.
 *
 * @example linear({ gamma: sinSquared() }).at(0.5).gamma; // 1
 */
export function sinSquared(options: { readonly scale?: number } = {}): Gamma {
  assertKnown(options, { scale: true }, "sinSquared");
  const { scale } = options;
  return makeGamma({
    name: "sin²(πt)",
    scale,
    curve: (t) => {
      // Measured from the nearer end, so that it is exactly zero at t = 1 too.
      const angle = Math.PI * Math.min(t, 1 - t);
      const derivative = Math.PI * Math.sin(2 * angle);
      return { gamma: Math.sin(angle) ** 2, dGamma: t > 0.5 ? -derivative : derivative };
    },
  });
}
