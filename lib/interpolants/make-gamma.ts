import { expected } from "../errors";
import type { Coefficients } from "./interpolant";
import type { Gamma } from "./make-interpolant";

/** What a differentiable γ is made of. */
export interface GammaParts {
  /** How γ is written, such as "t(1−t)". */
  readonly name: string;
  /** γ is `scale` times the curve. Default 1. */
  readonly scale?: number;
  /** A curve that is zero at t = 0 and 1, and its derivative. */
  readonly curve: (t: number) => Pick<Coefficients, "gamma" | "dGamma">;
}

/**
 * Makes a γ whose derivative is finite everywhere. One like √(t(1−t)), whose isn't, is written as a `Gamma` itself.
 * @throws unless the scale is above 0.
 */
export function makeGamma({ name, scale = 1, curve }: GammaParts): Gamma {
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw expected("a scale above 0", `${scale}`, "For γ = 0 leave gamma out.");
  }
  return Object.freeze({
    name: `${scale === 1 ? "" : `${scale} `}${name} z`,
    zero: false,
    at(t: number) {
      const { gamma: value, dGamma } = curve(t);
      // What rounding leaves at the ends would make ∫γ̇² look infinite.
      const gamma = (t === 0 || t === 1) && Math.abs(value) < 1e-12 ? 0 : value;
      return { gamma: scale * gamma, dGamma: scale * dGamma, gammaDGamma: scale * scale * gamma * dGamma };
    },
  });
}
