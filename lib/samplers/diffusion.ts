import { expected } from "../errors";
import type { Field } from "../fields/field";
import { baseFromVelocity, dataFromVelocity } from "../fields/prediction-conversions";
import { denoiserFromScore, scoreFromDenoiser } from "../fields/score-conversions";
import type { Interpolant } from "../interpolants/interpolant";

/** The velocity b with the score s = ∇ log ρ_t, or with the denoiser g and the interpolant, whose γ says that s = −g / γ. */
export type DiffusionFields =
  | { readonly b: Field; readonly s: Field }
  | { readonly b: Field; readonly g: Field; readonly interpolant: Interpolant };

/** ε_t ≥ 0: a number, or a function of t. */
export type Epsilon = number | ((t: number) => number);

/** Checked fields and noise of a stochastic equation. */
export interface Diffusion {
  readonly velocity: Field;
  readonly score: Field;
  /** ε_t. @throws when it is not a number of 0 or more. */
  epsilon(t: number): number;
  /** Whether the score is −g / γ with γ = 0. */
  singular(t: number): boolean;
}

export function diffusion(fields: DiffusionFields, epsilon: Epsilon): Diffusion {
  const interpolant = "g" in fields ? fields.interpolant : undefined;
  return {
    velocity: fields.b,
    score: "g" in fields ? scoreFromDenoiser(fields.g, fields) : fields.s,
    epsilon(t) {
      const value = typeof epsilon === "function" ? epsilon(t) : epsilon;
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
        throw expected("a finite epsilon of 0 or more", `${value} at t = ${t}`);
      }
      return value;
    },
    singular: (t) => interpolant?.at(t).gamma === 0,
  };
}

/** E[x1 | I_t], or E[x0 | I_t], as a function of the velocity. */
export interface Prediction {
  of(b: Field): Field;
  /** Evaluations besides that of the velocity. */
  readonly nfe: number;
}

/** The expected end of the direction `ahead`. @throws when no interpolant is known. */
export function endPrediction(
  fields: DiffusionFields,
  given: Interpolant | undefined,
  ahead: number,
): Prediction {
  const interpolant = "g" in fields ? fields.interpolant : given;
  if (!interpolant) {
    throw expected(
      'the interpolant for lastStep "tweedie"',
      "none",
      "Pass interpolant, or take another lastStep.",
    );
  }
  const latent = interpolant.hasLatent;
  const g = "g" in fields ? fields.g : latent ? denoiserFromScore(fields.s, { interpolant }) : undefined;
  const predict = ahead > 0 ? dataFromVelocity : baseFromVelocity;
  return { of: (b) => predict(b, { interpolant, ...(g && { g }) }), nfe: latent ? 1 : 0 };
}
