import { zeros } from "../array";
import { expected } from "../errors";
import type { Drifts } from "../fields/drifts-from-point";
import type { Field } from "../fields/field";
import { scoreFromDenoiser } from "../fields/score";
import type { Interpolant } from "../interpolants/interpolant";

/**
 * The velocity b with the score s = ∇ log ρ_t, or with the denoiser g and the interpolant, whose γ gives the
 * score −g / γ.
 */
export type VelocityAndScore =
  | { readonly b: Field; readonly s: Field }
  | { readonly b: Field; readonly g: Field; readonly interpolant: Interpolant };

/** A velocity with a score, or the drifts b + ε s themselves, from a point: see `driftsFromPoint`. */
export type SdeFields = VelocityAndScore | { readonly drifts: Drifts };

/** ε_t ≥ 0: a number, or a function of t. */
export type Epsilon = number | ((t: number) => number);

/** What the stochastic equations are made of. */
export interface SdeTerms {
  readonly b: Field;
  readonly s: Field;
  /** Given, they are in place of b and s, which are zero. */
  readonly drifts?: Drifts;
  /** ε_t. @throws when it is not a number of 0 or more. */
  epsilon(t: number): number;
  /** Whether the score is −g / γ with γ = 0. */
  scoreIsUndefined(t: number): boolean;
}

/** The terms of these fields and this ε. @throws when a denoiser's interpolant has no latent. */
export function sdeTerms(fields: SdeFields, epsilon: Epsilon): SdeTerms {
  const interpolant = "g" in fields ? fields.interpolant : undefined;
  return {
    ...termsOf(fields),
    epsilon(t) {
      const value = typeof epsilon === "function" ? epsilon(t) : epsilon;
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
        throw expected("a finite epsilon of 0 or more", `${value} at t = ${t}`);
      }
      return value;
    },
    scoreIsUndefined: (t) => interpolant?.at(t).gamma === 0,
  };
}

function termsOf(fields: SdeFields): Pick<SdeTerms, "b" | "s" | "drifts"> {
  if ("drifts" in fields) return { drifts: fields.drifts, b: zero, s: zero };
  return { b: fields.b, s: "g" in fields ? scoreFromDenoiser(fields.g, fields) : fields.s };
}

const zero: Field = ({ x }) => zeros(x.shape, x);
