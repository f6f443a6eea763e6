import { assertKnown, expected } from "../errors";
import { assertDerivative } from "./assert-derivative";
import type { Coefficients } from "./interpolant";

/** The latent scale γ_t: γ_0 = γ_1 = 0. */
export interface Gamma {
  /** What the names of interpolants and checkpoints say of it. */
  readonly name: string;
  /** Whether γ is identically zero, so that no latent z enters. */
  readonly zero: boolean;
  /** γ, dγ/dt and their product at time t, between 0 and 1. */
  at(t: number): Pick<Coefficients, "gamma" | "dGamma" | "gammaDGamma">;
}

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
 * Makes a γ whose derivative is finite everywhere. Write one whose isn't, like √(t(1−t)), as a `Gamma`
 * directly.
 *
 * @example
 * const curve = (t: number) => ({ gamma: (t * (1 - t)) ** 2, dGamma: 2 * t * (1 - t) * (1 - 2 * t) });
 * linear({ gamma: makeGamma({ name: "t²(1−t)²", curve }) }).at(0.5).gamma; // 1/16
 * @throws unless the scale is above 0; where the derivative isn't the curve's.
 */
export function makeGamma(options: GammaParts): Gamma {
  assertKnown(options, { name: true, scale: true, curve: true }, "makeGamma");
  const { name, scale = 1, curve } = options;
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw expected("a scale above 0", `${scale}`, "For γ = 0 leave gamma out.");
  }
  assertDerivative({
    ...{ names: ["gamma", "dGamma"], of: `the curve "${name}"` },
    ...{ curve: (t) => curve(t).gamma, derivative: (t) => curve(t).dGamma },
    advice: "Correct its formula, or use ownGamma, which needs none.",
  });
  return Object.freeze({
    name: `${scale === 1 ? "" : `${scale} `}${name} z`,
    zero: false,
    at(t: number) {
      const { gamma: value, dGamma } = curve(t);
      // Rounding error at the ends would make ∫γ̇² look infinite.
      const gamma = (t === 0 || t === 1) && Math.abs(value) < 1e-12 ? 0 : value;
      return { gamma: scale * gamma, dGamma: scale * dGamma, gammaDGamma: scale * scale * gamma * dGamma };
    },
  });
}
