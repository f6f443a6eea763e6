import { expected } from "../errors";
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
      // Rounding error at the ends would make ∫γ̇² look infinite.
      const gamma = (t === 0 || t === 1) && Math.abs(value) < 1e-12 ? 0 : value;
      return { gamma: scale * gamma, dGamma: scale * dGamma, gammaDGamma: scale * scale * gamma * dGamma };
    },
  });
}

/** γ_t = 0: no latent, as in the paper's experiments (section 4). */
export const noLatent: Gamma = Object.freeze({
  name: "no latent",
  zero: true,
  at: () => ({ gamma: 0, dGamma: 0, gammaDGamma: 0 }),
});

/**
 * γ_t = a √(t(1−t)), the standard deviation of a Brownian bridge; the default a = √2 is the
 * γ_t = √(2t(1−t)) of the paper's simple instance (below Def. 3.1). γ̇ is infinite at both ends, while
 * γγ̇ = a²(1−2t)/2 is finite.
 *
 * @example linear({ gamma: brownian() }); // I_t = (1 − t) x0 + t x1 + √(2t(1−t)) z
 */
export function brownian({ scale = Math.SQRT2 }: { readonly scale?: number } = {}): Gamma {
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

/**
 * γ_t = a t(1−t), default a = 1: zero at both ends with finite derivatives, so the latent's contribution to
 * ∫E|İ|² is finite (a²/3 per element).
 *
 * @example linear({ gamma: parabola({ scale: 2 }) }).at(0.5).gamma; // 0.5
 */
export function parabola({ scale }: { readonly scale?: number } = {}): Gamma {
  return makeGamma({ name: "t(1−t)", scale, curve: (t) => ({ gamma: t * (1 - t), dGamma: 1 - 2 * t }) });
}

/**
 * γ_t = a sin²(πt), default a = 1: flat at both ends and 1 in the middle; the γ of `encodingDecoding`.
 *
 * @example linear({ gamma: sinSquared() }).at(0.5).gamma; // 1
 */
export function sinSquared({ scale }: { readonly scale?: number } = {}): Gamma {
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

/** Options of {@link sigmoidBump}. */
export interface SigmoidBumpOptions {
  /** How steep the sides are: the f of the formula, above 0. Default 10. */
  readonly steepness?: number;
  /** The factor a of the formula, above 0. Default 1. */
  readonly scale?: number;
}

/**
 * γ_t = a [B(f(t − ½)) − B(f/2)], the difference of sigmoids B(u) = σ(u + 1) − σ(u − 1) shifted to be zero at
 * both ends (Albergo, Boffi and Vanden-Eijnden, 2023, arXiv 2303.08797). A bump in the middle of time, the
 * narrower the larger f.
 *
 * @example linear({ gamma: sigmoidBump() }).at(0.5).gamma; // 0.45
 * @throws unless steepness and scale are above 0.
 */
export function sigmoidBump({ steepness = 10, scale }: SigmoidBumpOptions = {}): Gamma {
  if (!(steepness > 0 && steepness < Number.POSITIVE_INFINITY)) {
    throw expected("a steepness above 0", `${steepness}`);
  }
  return makeGamma({
    name: `sigmoids(${steepness})`,
    scale,
    curve: (t) => {
      const u = steepness * (t - 0.5);
      const [rise, fall] = [sigmoid(u + 1), sigmoid(u - 1)];
      return {
        // B is even: |u| makes both ends exactly zero.
        gamma: bump(Math.abs(u)) - bump(steepness / 2),
        dGamma: steepness * (rise * (1 - rise) - fall * (1 - fall)),
      };
    },
  });
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const bump = (u: number) => sigmoid(u + 1) - sigmoid(u - 1);
