import type { Floats, NdArray } from "../array";
import type { Condition } from "../conditions/condition";
import type { Sigma } from "../couplings/sigma";
import { assertKnown } from "../errors";
import { assertLatent } from "../interpolants/assert-latent";
import type { Coefficients, Interpolant } from "../interpolants/interpolant";
import { type ConversionFacts, converted } from "./converted";
import type { Field } from "./field";
import { baseOn, type GaussianBase, meanAt, type Noise, noiseAt, type OnCondition } from "./gaussian-base";

const latentAdvice = "Where the base is x0 = m + σζ, use scoreFromNoise, scoreFromVelocity or scoreFromData.";

/**
 * The score s = ∇ log ρ_t follows from the expectation of any Gaussian noise in I_t (integration by parts):
 *
 *     s = −g / γ                       of the latent z
 *     s = −(ασ)^{-T} E[ζ | I_t]        of the noise ζ in a base x0 = m + σζ; m may be random and depend on x1
 *
 * If moreover the base is Gaussian and independent of x1 (given ξ), then E[x0 | I_t] = m − α σσᵀ s by the
 * second line, and the equations of `PredictionOptions` have the score as an unknown, with or without a
 * latent.
 */
export interface OneSidedOptions {
  /** The interpolant that the fields are of. */
  readonly interpolant: Interpolant;
  /** The base that x0 was drawn from. Default N(0, I). */
  readonly base?: GaussianBase;
}

/**
 * s = −g / γ (Thm 3.1). Singular where γ = 0: at both ends.
 *
 * @example
 * const interpolant = linear({ gamma: brownian() });
 * const { denoiser, score } = exactFlow({ coupling: threeModes({ pairing: "matched" }), interpolant });
 * const s = scoreFromDenoiser(denoiser, { interpolant });
 * const at = { x: ndarray([1, 2], [1, 0]), t: 0.5, xi: {} };
 * [await s(at), score(at)]; // the same, up to rounding
 */
export function scoreFromDenoiser(g: Field, { interpolant }: { readonly interpolant: Interpolant }): Field {
  assertLatent(interpolant, "scoreFromDenoiser", latentAdvice);
  return follows("scoreFromDenoiser", g, timed({ interpolant }), {
    known: "zero",
    singular: "where γ = 0, as at t = 0 and 1",
    formula: ({ gamma }, given) => Float64Array.from(given, (value) => -value / gamma),
  });
}

/**
 * g = −γ s (Thm 3.1). Nowhere singular.
 *
 * @example
 * const interpolant = linear({ gamma: brownian() });
 * const { denoiser, score } = exactFlow({ coupling: threeModes({ pairing: "matched" }), interpolant });
 * const g = denoiserFromScore(score, { interpolant });
 * const at = { x: ndarray([1, 2], [1, 0]), t: 0.5, xi: {} };
 * [await g(at), denoiser(at)]; // the same, up to rounding
 */
export function denoiserFromScore(s: Field, { interpolant }: { readonly interpolant: Interpolant }): Field {
  assertLatent(interpolant, "denoiserFromScore", latentAdvice);
  return follows("denoiserFromScore", s, timed({ interpolant }), {
    known: "zero",
    singular: nowhere,
    formula: ({ gamma }, given) => Float64Array.from(given, (value) => -gamma * value),
  });
}

/** Options of {@link scoreFromNoise} and {@link noiseFromScore}. */
export interface NoiseOptions {
  /** The interpolant that the fields are of. */
  readonly interpolant: Interpolant;
  /** σ of x0 = m + σζ, invertible. Default 1. */
  readonly sigma?: OnCondition<Sigma>;
}

/**
 * s = −(ασ)^{-T} E[ζ | I_t], for any coupling x0 = m + σζ whose ζ is independent of m and x1: a score without
 * a latent. Singular where α = 0, at t = 1, and where σ is not invertible.
 */
export function scoreFromNoise(zeta: Field, { interpolant, sigma }: NoiseOptions): Field {
  return follows("scoreFromNoise", zeta, timed({ interpolant, base: { sigma } }), {
    known: "zero",
    singular: "where α = 0, as at t = 1, or where sigma is not invertible",
    formula: ({ alpha, noise }, given) => noise.transposed.solve(given).map((value) => -value / alpha),
  });
}

/**
 * E[ζ | I_t] = −(ασ)ᵀ s, of `scoreFromNoise`. Nowhere singular.
 *
 * @example
 * const interpolant = linear({ gamma: parabola() });
 * const { score } = exactFlow({ coupling: threeModes({ pairing: "independent" }), interpolant });
 * const zeta = noiseFromScore(score, { interpolant }); // E[ζ | I_t] of a base x0 = m + ζ
 * await zeta({ x: ndarray([1, 2], [1, 0]), t: 0.5, xi: {} });
 */
export function noiseFromScore(s: Field, { interpolant, sigma }: NoiseOptions): Field {
  return follows("noiseFromScore", s, timed({ interpolant, base: { sigma } }), {
    known: "zero",
    singular: nowhere,
    formula: ({ alpha, noise }, given) => noise.transposed.times(given).map((value) => -alpha * value),
  });
}

/**
 * E[x0 | I_t] = m + σ E[ζ | I_t], from x0 = m + σζ with an m that ξ decides. Nowhere singular.
 *
 * @example
 * const zeta: Field = ({ x }) => x; // in place of a trained one
 * const x0 = baseFromNoise(zeta, { base: { mean: 1, sigma: 2 } });
 * await x0({ x: pairs.x0, t: 0.5, xi: {} }); // 1 + 2 x
 */
export function baseFromNoise(zeta: Field, { base = {} }: Pick<OneSidedOptions, "base"> = {}): Field {
  return follows("baseFromNoise", zeta, placed(base), {
    known: "x",
    singular: nowhere,
    formula: ({ mean, noise }, given) => noise.sigma.times(given).map((value, e) => mean(e) + value),
  });
}

/**
 * E[ζ | I_t] = σ⁻¹ (E[x0 | I_t] − m), of `baseFromNoise`. Singular where σ is not invertible.
 *
 * @example
 * const x0: Field = ({ x }) => x; // in place of a trained one
 * const zeta = noiseFromBase(x0, { base: { mean: 1, sigma: 2 } });
 * await zeta({ x: pairs.x0, t: 0.5, xi: {} }); // (x − 1) / 2
 */
export function noiseFromBase(x0: Field, { base = {} }: Pick<OneSidedOptions, "base"> = {}): Field {
  return follows("noiseFromBase", x0, placed(base), {
    known: "zero",
    singular: "where sigma is not invertible",
    formula: ({ mean, noise }, given) =>
      noise.sigma.solve(Float64Array.from(given, (value, e) => value - mean(e))),
  });
}

/**
 * (α²σσᵀ + γ²I) s = −(x − αm − β E[x1 | I_t]): Tweedie's formula, since I_t given x1 is
 * N(αm + βx1, α²σσᵀ + γ²I). Singular where α = γ = 0: at t = 1.
 *
 * @example
 * const s = scoreFromData(dataFromVelocity(b, { interpolant }), { interpolant });
 * await s({ x: pairs.x0, t: 0, xi: pairs.xi }); // −x: at t = 0 that of N(0, I)
 */
export function scoreFromData(data: Field, options: OneSidedOptions): Field {
  return follows("scoreFromData", data, timed(known("scoreFromData", options)), {
    known: "zero",
    singular: "where α = γ = 0, as at t = 1, or where sigma is not invertible",
    formula: ({ x, alpha, beta, gamma, mean, noise }, given) =>
      noise
        .covariance(alpha ** 2, gamma ** 2)
        .solve(Float64Array.from(given, (value, e) => beta * value + alpha * mean(e) - x[e])),
  });
}

/**
 * E[x1 | I_t] = (x − αm + (α²σσᵀ + γ²I) s) / β, of `scoreFromData`. Singular where β = 0: at t = 0.
 *
 * @example
 * const s: Field = ({ x }) => ndarray(x.shape, x.data.map((value) => -value)); // that of N(0, I)
 * const x1 = dataFromScore(s, { interpolant });
 * await x1({ x: pairs.x1, t: 1, xi: pairs.xi }); // pairs.x1: at t = 1 the state is the target
 */
export function dataFromScore(s: Field, options: OneSidedOptions): Field {
  return follows("dataFromScore", s, timed(known("dataFromScore", options)), {
    known: "x",
    singular: "where β = 0, as at t = 0",
    formula: ({ x, alpha, beta, gamma, mean, noise }, given) =>
      noise
        .covariance(alpha ** 2, gamma ** 2)
        .times(given)
        .map((value, e) => (x[e] - alpha * mean(e) + value) / beta),
  });
}

/**
 * b = α̇m + (β̇/β)(x − αm) + ((β̇/β)(α²σσᵀ + γ²I) − αα̇σσᵀ − γγ̇I) s: `dataFromScore`, E[x0 | I_t] = m −
 * ασσᵀs and g = −γs put into b = α̇E[x0 | I_t] + β̇E[x1 | I_t] + γ̇g. Singular where β = 0: at t = 0.
 *
 * @example
 * const s = scoreFromData(dataFromVelocity(b, { interpolant }), { interpolant });
 * const again = velocityFromScore(s, { interpolant });
 * await again({ x: pairs.x0, t: 0.5, xi: pairs.xi }); // as b has it, up to rounding
 */
export function velocityFromScore(s: Field, options: OneSidedOptions): Field {
  return follows("velocityFromScore", s, timed(known("velocityFromScore", options)), {
    known: "zero",
    singular: "where β = 0, as at t = 0",
    formula({ x, alpha, beta, gamma, dAlpha, dBeta, gammaDGamma, mean, noise }, given) {
      const dLogBeta = dBeta / beta;
      return noise
        .covariance(dLogBeta * alpha ** 2 - alpha * dAlpha, dLogBeta * gamma ** 2 - gammaDGamma)
        .times(given)
        .map((value, e) => dAlpha * mean(e) + dLogBeta * (x[e] - alpha * mean(e)) + value);
    },
  });
}

/**
 * (β̇(α²σσᵀ + γ²I) − β(αα̇σσᵀ + γγ̇I)) s = β(b − α̇m) − β̇(x − αm): β times `velocityFromScore`. Singular
 * where the matrix on the left is: at t = 1 without a latent, and at t = 0 if β̇ = 0 there.
 *
 * @example
 * const s = scoreFromVelocity(b, { interpolant }); // of the same model: the base is N(0, I)
 * const { x } = await solveSde({ b, s }, atBase(pairs), {
 *   method: eulerMaruyama({ steps: 10 }),
 *   epsilon: (t) => 1 - t, // 0 at t = 1, where s is not defined
 *   rng: rng(1),
 * });
 */
export function scoreFromVelocity(b: Field, options: OneSidedOptions): Field {
  return follows("scoreFromVelocity", b, timed(known("scoreFromVelocity", options)), {
    known: "zero",
    singular: "where the velocity does not depend on the score, as at t = 1 without a latent",
    formula: ({ x, alpha, beta, gamma, dAlpha, dBeta, gammaDGamma, mean, noise }, given) =>
      noise
        .covariance(dBeta * alpha ** 2 - beta * alpha * dAlpha, dBeta * gamma ** 2 - beta * gammaDGamma)
        .solve(
          Float64Array.from(
            given,
            (value, e) => beta * (value - dAlpha * mean(e)) - dBeta * (x[e] - alpha * mean(e)),
          ),
        ),
  });
}

/** @throws for options that there are not: σ stands inside `base` here, and would be N(0, I)'s. */
function known(name: string, options: OneSidedOptions): OneSidedOptions {
  assertKnown(options, { interpolant: true, base: true }, name);
  if (options.base) assertKnown(options.base, { mean: true, sigma: true }, `the base of ${name}`);
  return options;
}

const nowhere = "where the interpolant or the base is not";

/** What a formula may use besides the values of the field given: x and the base there. */
interface Place {
  readonly x: Floats;
  /** m at an element. */
  mean(element: number): number;
  readonly noise: Noise;
}

/** The same with α, β, γ and their derivatives at t. */
interface TimedPlace extends Place, Coefficients {}

type PlacesOn<At extends Place> = (xi: Condition) => (x: NdArray, t: number) => At;

function placed(base: GaussianBase): PlacesOn<Place> {
  return (xi) => {
    const known = baseOn(base, xi);
    return (x) => ({ x: x.data, mean: meanAt(known, x), noise: noiseAt(known, x) });
  };
}

function timed({ interpolant, base = {} }: OneSidedOptions): PlacesOn<TimedPlace> {
  const placesOn = placed(base);
  return (xi) => {
    const place = placesOn(xi);
    return (x, t) => ({ ...interpolant.at(t), ...place(x, t) });
  };
}

/** A conversion of one field. */
function follows<At extends Place>(
  name: string,
  field: Field,
  placesOn: PlacesOn<At>,
  { known, singular, formula }: ConversionFacts & { formula(at: At, given: Floats): Floats },
): Field {
  return converted({
    name,
    known,
    singular,
    fields: [field],
    on(xi) {
      const place = placesOn(xi);
      return (x, t, [given]) => formula(place(x, t), given);
    },
  });
}
