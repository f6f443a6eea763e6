import type { Sigma } from "../couplings/sigma";
import { expected } from "../errors";
import type { Interpolant } from "../interpolants/interpolant";
import { converted } from "./converted";
import type { Field } from "./field";
import { type GaussianBase, meanAt, noiseAt, type OnCondition } from "./gaussian-base";

/**
 * The score s = ∇ log ρ_t follows from the expectation of any Gaussian noise in I_t (integration by parts):
 *
 *     s = −g / γ                       of the latent z
 *     s = −(ασ)^{-T} E[ζ | I_t]        of the noise ζ in a base x0 = m + σζ; m may be random and depend on x1
 *
 * If moreover the base is Gaussian and independent of x1 (given ξ), then E[x0 | I_t] = m − α σσᵀ s by the second line,
 * and the equations of `PredictionOptions` have the score for an unknown, with or without a latent.
 */
export interface OneSidedOptions {
  readonly interpolant: Interpolant;
  /** The base that x0 was drawn from. Default N(0, I). */
  readonly base?: GaussianBase;
}

/** s = −g / γ (Thm 3.1). Singular where γ = 0: at both ends. */
export function scoreFromDenoiser(g: Field, { interpolant }: { readonly interpolant: Interpolant }): Field {
  assertLatent(interpolant, "scoreFromDenoiser");
  return converted({
    name: "scoreFromDenoiser",
    singular: "where γ = 0, as at t = 0 and 1",
    known: "zero",
    fields: [g],
    values({ t }, given) {
      const { gamma } = interpolant.at(t);
      return Float64Array.from(given, (value) => -value / gamma);
    },
  });
}

/** g = −γ s (Thm 3.1). Nowhere singular. */
export function denoiserFromScore(s: Field, { interpolant }: { readonly interpolant: Interpolant }): Field {
  assertLatent(interpolant, "denoiserFromScore");
  return converted({
    name: "denoiserFromScore",
    singular: nowhere,
    known: "zero",
    fields: [s],
    values({ t }, given) {
      const { gamma } = interpolant.at(t);
      return Float64Array.from(given, (value) => -gamma * value);
    },
  });
}

export interface NoiseOptions {
  readonly interpolant: Interpolant;
  /** σ of x0 = m + σζ, invertible. Default 1. */
  readonly sigma?: OnCondition<Sigma>;
}

/**
 * s = −(ασ)^{-T} E[ζ | I_t], for any coupling x0 = m + σζ whose ζ is independent of m and x1: a score without a latent.
 * Singular where α = 0, at t = 1, and where σ is not invertible.
 */
export function scoreFromNoise(zeta: Field, { interpolant, sigma }: NoiseOptions): Field {
  return converted({
    name: "scoreFromNoise",
    singular: "where α = 0, as at t = 1, or where sigma is not invertible",
    known: "zero",
    fields: [zeta],
    values(at, given) {
      const { alpha } = interpolant.at(at.t);
      return noiseAt(sigma, at)
        .transposed.solve(given)
        .map((value) => -value / alpha);
    },
  });
}

/** E[ζ | I_t] = −(ασ)ᵀ s, of `scoreFromNoise`. Nowhere singular. */
export function noiseFromScore(s: Field, { interpolant, sigma }: NoiseOptions): Field {
  return converted({
    name: "noiseFromScore",
    singular: nowhere,
    known: "zero",
    fields: [s],
    values(at, given) {
      const { alpha } = interpolant.at(at.t);
      return noiseAt(sigma, at)
        .transposed.times(given)
        .map((value) => -alpha * value);
    },
  });
}

/** E[x0 | I_t] = m + σ E[ζ | I_t], from x0 = m + σζ with an m that ξ decides. Nowhere singular. */
export function baseFromNoise(zeta: Field, { base = {} }: Pick<OneSidedOptions, "base"> = {}): Field {
  return converted({
    name: "baseFromNoise",
    singular: nowhere,
    known: "x",
    fields: [zeta],
    values(at, given) {
      const mean = meanAt(base, at);
      return noiseAt(base.sigma, at)
        .sigma.times(given)
        .map((value, e) => mean(e) + value);
    },
  });
}

/** E[ζ | I_t] = σ⁻¹ (E[x0 | I_t] − m), of `baseFromNoise`. Singular where σ is not invertible. */
export function noiseFromBase(x0: Field, { base = {} }: Pick<OneSidedOptions, "base"> = {}): Field {
  return converted({
    name: "noiseFromBase",
    singular: "where sigma is not invertible",
    known: "zero",
    fields: [x0],
    values(at, given) {
      const mean = meanAt(base, at);
      return noiseAt(base.sigma, at).sigma.solve(Float64Array.from(given, (value, e) => value - mean(e)));
    },
  });
}

/**
 * (α²σσᵀ + γ²I) s = −(x − αm − β E[x1 | I_t]): Tweedie's formula, since I_t given x1 is
 * N(αm + βx1, α²σσᵀ + γ²I). Singular where α = γ = 0: at t = 1.
 */
export function scoreFromData(data: Field, { interpolant, base = {} }: OneSidedOptions): Field {
  return converted({
    name: "scoreFromData",
    singular: "where α = γ = 0, as at t = 1, or where sigma is not invertible",
    known: "zero",
    fields: [data],
    values(at, given) {
      const { alpha, beta, gamma } = interpolant.at(at.t);
      const mean = meanAt(base, at);
      const residual = Float64Array.from(given, (value, e) => beta * value + alpha * mean(e) - at.x.data[e]);
      return noiseAt(base.sigma, at)
        .covariance(alpha ** 2, gamma ** 2)
        .solve(residual);
    },
  });
}

/** E[x1 | I_t] = (x − αm + (α²σσᵀ + γ²I) s) / β, of `scoreFromData`. Singular where β = 0: at t = 0. */
export function dataFromScore(s: Field, { interpolant, base = {} }: OneSidedOptions): Field {
  return converted({
    name: "dataFromScore",
    singular: "where β = 0, as at t = 0",
    known: "x",
    fields: [s],
    values(at, given) {
      const { alpha, beta, gamma } = interpolant.at(at.t);
      const mean = meanAt(base, at);
      return noiseAt(base.sigma, at)
        .covariance(alpha ** 2, gamma ** 2)
        .times(given)
        .map((value, e) => (at.x.data[e] - alpha * mean(e) + value) / beta);
    },
  });
}

/**
 * b = α̇m + (β̇/β)(x − αm) + ((β̇/β)(α²σσᵀ + γ²I) − αα̇σσᵀ − γγ̇I) s: `dataFromScore`, E[x0 | I_t] = m − ασσᵀs and
 * g = −γs put into b = α̇E[x0 | I_t] + β̇E[x1 | I_t] + γ̇g. Singular where β = 0: at t = 0.
 */
export function velocityFromScore(s: Field, { interpolant, base = {} }: OneSidedOptions): Field {
  return converted({
    name: "velocityFromScore",
    singular: "where β = 0, as at t = 0",
    known: "zero",
    fields: [s],
    values(at, given) {
      const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = interpolant.at(at.t);
      const mean = meanAt(base, at);
      const rate = dBeta / beta;
      return noiseAt(base.sigma, at)
        .covariance(rate * alpha ** 2 - alpha * dAlpha, rate * gamma ** 2 - gammaDGamma)
        .times(given)
        .map((value, e) => dAlpha * mean(e) + rate * (at.x.data[e] - alpha * mean(e)) + value);
    },
  });
}

/**
 * (β̇(α²σσᵀ + γ²I) − β(αα̇σσᵀ + γγ̇I)) s = β(b − α̇m) − β̇(x − αm): β times `velocityFromScore`. Singular where the
 * matrix on the left is: at t = 1 without a latent, and at t = 0 if β̇ = 0 there.
 */
export function scoreFromVelocity(b: Field, { interpolant, base = {} }: OneSidedOptions): Field {
  return converted({
    name: "scoreFromVelocity",
    singular: "where the velocity does not depend on the score, as at t = 1 without a latent",
    known: "zero",
    fields: [b],
    values(at, given) {
      const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = interpolant.at(at.t);
      const mean = meanAt(base, at);
      const residual = Float64Array.from(
        given,
        (value, e) => beta * (value - dAlpha * mean(e)) - dBeta * (at.x.data[e] - alpha * mean(e)),
      );
      return noiseAt(base.sigma, at)
        .covariance(dBeta * alpha ** 2 - beta * alpha * dAlpha, dBeta * gamma ** 2 - beta * gammaDGamma)
        .solve(residual);
    },
  });
}

const nowhere = "where the interpolant or the base is not";

function assertLatent(interpolant: Interpolant, name: string): void {
  if (interpolant.hasLatent) return;
  throw expected(
    `an interpolant with a latent (γ ≠ 0) for ${name}`,
    `"${interpolant.name}", which has none`,
    "Where the base is x0 = m + σζ, use scoreFromNoise, scoreFromVelocity or scoreFromData.",
  );
}
