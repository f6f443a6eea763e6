import { assertKnown, expected } from "../errors";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";
import { noLatent } from "./no-latent";

/** The coefficients of a polynomial schedule: plain numbers that can be stored as JSON. */
export interface BernsteinCoefficients {
  /** α's coefficients between its first, 1, and its last, 0. Absent: α = 1 − β, which is convex. */
  readonly alpha?: readonly number[];
  /** β's coefficients between its first, 0, and its last, 1. */
  readonly beta: readonly number[];
  /** The coefficients of g > 0 in γ² = t(1−t) g(t), one or more, each above 0. Absent: γ = 0. */
  readonly gamma?: readonly number[];
}

/**
 * Polynomials in Bernstein form, Σ c_k B_k(t) with B_k(t) = C(n, k) tᵏ (1−t)ⁿ⁻ᵏ. The first and last
 * coefficients are the values at the ends, so the boundary conditions hold for *any* coefficients; increasing
 * ones give an increasing curve, and positive ones a positive curve. `learnSchedule` searches this family;
 * `bernstein({ beta: [] })` is `linear()`.
 *
 * @throws when a coefficient is not finite, one of γ is not above 0, or α = β = γ = 0 somewhere.
 */
export function bernstein(options: BernsteinCoefficients): Interpolant {
  assertKnown(options, { alpha: true, beta: true, gamma: true }, "bernstein");
  const { alpha, beta, gamma } = options;
  const a = alpha && polynomialOf("alpha", [1, ...alpha, 0]);
  const b = polynomialOf("beta", [0, ...beta, 1]);
  return makeInterpolant({
    name: `Bernstein(${beta.length + 1})`,
    alphaBeta: (t) => {
      const [value, derivative] = b(t);
      const [first, dFirst] = a ? a(t) : [1 - value, -derivative];
      return { alpha: first, beta: value, dAlpha: dFirst, dBeta: derivative };
    },
    gamma: gamma ? bernsteinGamma(gamma) : noLatent,
  });
}

/** The values B_0(t), …, B_n(t) of the Bernstein polynomials of degree n. */
export function bernsteinBasis(n: number, t: number): Float64Array {
  const basis = new Float64Array(n + 1);
  basis[0] = 1;
  for (let m = 1; m <= n; m++) {
    for (let k = m; k > 0; k--) basis[k] = (1 - t) * basis[k] + t * basis[k - 1];
    basis[0] *= 1 - t;
  }
  return basis;
}

/** Their derivatives: Ḃ_{k,n} = n (B_{k−1,n−1} − B_{k,n−1}). */
export function bernsteinDerivatives(n: number, t: number): Float64Array {
  const lower = bernsteinBasis(Math.max(n - 1, 0), t);
  return Float64Array.from({ length: n + 1 }, (_, k) => n * ((lower[k - 1] ?? 0) - (k < n ? lower[k] : 0)));
}

function polynomialOf(what: string, coefficients: readonly number[]) {
  for (const value of coefficients) {
    if (!Number.isFinite(value)) throw expected(`finite coefficients of ${what}`, `${value}`);
  }
  const n = coefficients.length - 1;
  const sum = (basis: Float64Array) => basis.reduce((total, value, k) => total + value * coefficients[k], 0);
  return (t: number) => [sum(bernsteinBasis(n, t)), sum(bernsteinDerivatives(n, t))];
}

function bernsteinGamma(coefficients: readonly number[]): Gamma {
  if (coefficients.length === 0 || coefficients.some((value) => !(value > 0))) {
    throw expected("one or more coefficients of gamma, each above 0", JSON.stringify(coefficients));
  }
  const g = polynomialOf("gamma", coefficients);
  return Object.freeze({
    name: `Bernstein(${coefficients.length - 1}) z`,
    zero: false,
    at(t: number) {
      const [value, derivative] = g(t);
      const gamma = Math.sqrt(t * (1 - t) * value);
      const gammaDGamma = ((1 - 2 * t) * value + t * (1 - t) * derivative) / 2;
      return { gamma, dGamma: gammaDGamma / gamma, gammaDGamma };
    },
  });
}
