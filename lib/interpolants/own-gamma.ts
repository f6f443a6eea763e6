import { assertKnown, expected } from "../errors";
import type { Gamma } from "./gamma";
import { makeGamma } from "./gamma";
import { type Curve, smooth } from "./smooth";

/** Either γ or γ². */
export type OwnGammaOptions = { readonly name?: string } & (
  | { readonly gamma: Curve; readonly squared?: undefined }
  | { readonly squared: Curve; readonly gamma?: undefined }
);

/**
 * A latent scale of your own, zero at both ends: γ_t itself if its derivative is finite everywhere, otherwise
 * γ_t², from which γγ̇ = ½ d(γ²)/dt stays finite though γ̇ diverges. The derivative is computed from the
 * function, to about 1e-11.
 *
 * @example ownGamma({ squared: (t) => t * (1 - t) ** 2 })
 * @throws when the function is not smooth, not zero at the ends, or γ² is negative somewhere.
 */
export function ownGamma(options: OwnGammaOptions): Gamma {
  assertKnown(options, { name: true, gamma: true, squared: true }, "ownGamma");
  const { name = "own γ", gamma, squared } = options;
  const curve = gamma ?? squared;
  for (const t of [0, 1]) {
    if (Math.abs(curve(t)) < 1e-12) continue;
    throw expected(`γ = 0 at t = ${t} of "${name}"`, `${curve(t)}`);
  }
  if (gamma) {
    const advice =
      "If the derivative is infinite at an end, as for √(t(1−t)), give γ² instead: ownGamma({ squared }).";
    const { derivative } = smooth(gamma, `"${name}"`, advice);
    return makeGamma({ name, curve: (t) => ({ gamma: gamma(t), dGamma: derivative(t) }) });
  }
  const { value, derivative, secondDerivative } = smooth(
    squared,
    `γ² of "${name}"`,
    "Write it as a Gamma, with its derivative.",
  );
  for (let i = 1; i < 256; i++) {
    const t = i / 256;
    if (!(value(t) >= 0)) throw expected(`γ² above 0 of "${name}"`, `${value(t)} at t = ${t}`);
  }
  return Object.freeze({
    name: `${name} z`,
    zero: false,
    at(t: number) {
      const gammaDGamma = derivative(t) / 2;
      const root = Math.sqrt(Math.max(value(t), 0));
      if (t > 0 && t < 1) return { gamma: root, dGamma: gammaDGamma / root, gammaDGamma };
      const away = 1 - 2 * t; // the derivative of γ points upwards at 0, downwards at 1
      const steep = Math.abs(gammaDGamma) > 1e-9;
      const dGamma =
        away * (steep ? Number.POSITIVE_INFINITY : Math.sqrt(Math.max(secondDerivative(t), 0) / 2));
      return { gamma: 0, dGamma, gammaDGamma: steep ? gammaDGamma : 0 };
    },
  });
}
