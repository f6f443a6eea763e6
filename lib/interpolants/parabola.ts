import { assertKnown } from "../errors";
import { type Gamma, makeGamma } from "./gamma";

/**
 * γ_t = a t(1−t), default a = 1: zero at both ends with finite derivatives, so the latent's contribution to
 * ∫E|İ|² is finite (a²/3 per element).
 *
 * @example linear({ gamma: parabola({ scale: 2 }) }).at(0.5).gamma; // 0.5
 */
export function parabola(options: { readonly scale?: number } = {}): Gamma {
  assertKnown(options, { scale: true }, "parabola");
  const { scale } = options;
  return makeGamma({ name: "t(1−t)", scale, curve: (t) => ({ gamma: t * (1 - t), dGamma: 1 - 2 * t }) });
}
