import { assertKnown, expected } from "../errors";
import type { Gamma } from "./gamma";

/**
 * γ_t = a (1 − t) √t: the standard deviation of σ_t W_t for a Wiener process W and σ_t = a (1 − t), as in
 * Chen et al. (2024, arXiv 2403.13724), who start from a point and let the noise come from W. Its derivative
 * is infinite at t = 0, where γγ̇ = a²/2; at t = 1 both vanish.
 *
 * @example
 * const interpolant = linear({ gamma: wiener({ scale: 0.5 }) }); // (1 − t) x0 + t x1 + (1 − t) W_t / 2
 * @throws unless the scale a is above 0.
 */
export function wiener(options: { readonly scale?: number } = {}): Gamma {
  assertKnown(options, { scale: true }, "wiener");
  const { scale = 1 } = options;
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw expected("a scale above 0", `${scale}`, "For γ = 0 leave gamma out.");
  }
  return Object.freeze({
    name: `${scale === 1 ? "" : `${scale} `}(1−t) W`,
    zero: false,
    at(t: number) {
      const gamma = scale * (1 - t) * Math.sqrt(t);
      const gammaDGamma = (scale * scale * (1 - t) * (1 - 3 * t)) / 2;
      const dGamma = scale * ((1 - t) / (2 * Math.sqrt(t)) - Math.sqrt(t));
      return { gamma, dGamma, gammaDGamma };
    },
  });
}
