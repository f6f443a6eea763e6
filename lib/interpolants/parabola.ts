import { makeGamma } from "./make-gamma";
import type { Gamma } from "./make-interpolant";

/**
 * γ_t = a t(1−t), default a = 1: zero at both ends with finite slopes, so the latent's share of ∫E|İ|² is finite
 * (a²/3 per element).
 */
export function parabola({ scale }: { readonly scale?: number } = {}): Gamma {
  return makeGamma({ name: "t(1−t)", scale, curve: (t) => ({ gamma: t * (1 - t), dGamma: 1 - 2 * t }) });
}
