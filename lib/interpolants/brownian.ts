import { assertKnown, expected } from "../errors";
import type { Gamma } from "./gamma";

/**
 * γ_t = a √(t(1−t)), the standard deviation of a Brownian bridge; the default a = √2 is the
 * γ_t = √(2t(1−t)) of the paper's simple instance (below Def. 3.1). γ̇ is infinite at both ends, while
 * γγ̇ = a²(1−2t)/2 is finite.
 *
 * @example linear({ gamma: brownian() }); // I_t = (1 − t) x0 + t x1 + √(2t(1−t)) z
 */
export function brownian(options: { readonly scale?: number } = {}): Gamma {
  assertKnown(options, { scale: true }, "brownian");
  const { scale = Math.SQRT2 } = options;
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw expected("a scale above 0", `${scale}`, "For γ = 0 leave gamma out.");
  }
  return Object.freeze({
    name: scale === Math.SQRT2 ? "√(2t(1−t)) z" : `${scale} √(t(1−t)) z`,
    zero: false,
    at(t: number) {
      const gamma = scale * Math.sqrt(t * (1 - t));
      const gammaDGamma = (scale * scale * (1 - 2 * t)) / 2;
      return { gamma, dGamma: gammaDGamma / gamma, gammaDGamma };
    },
  });
}
