import { type StepOptions, type TimeSteps, timeSteps } from "../time-grid";
import { assertStochasticTableau } from "./assert-tableau";

/**
 * An explicit method for dX = f dt + √(2ε_t) dW, whose noise does not depend on the state, as data. With
 * N ~ N(0, 2h Σ_i b_i ε(t + c_i h) I) drawn once per step, stage i is
 * k_i = f(t + c_i h, x + h Σ_j a_ij k_j + noise_i N), and the step ends at x + h Σ_i b_i k_i + N.
 */
export interface StochasticTableau {
  /** What reports and errors call the method. */
  readonly name: string;
  /** The error of expectations E φ(X) falls as h^order: the weak order. */
  readonly order: number;
  /** The time of each stage, as a share of the step. */
  readonly c: readonly number[];
  /** Row i holds a_i0, …, a_i,i−1. */
  readonly a: readonly (readonly number[])[];
  /** The weight of each stage; they sum to 1. */
  readonly b: readonly number[];
  /** The share of the step's noise that each stage has seen. */
  readonly noise: readonly number[];
}

/** Steps of a stochastic method. */
export interface StochasticMethod extends TimeSteps {
  /** Tells it from other kinds of methods. */
  readonly kind: "stochastic";
  /** The coefficients. */
  readonly tableau: StochasticTableau;
}

/**
 * The method with this tableau and steps fixed in advance.
 * @throws unless `steps` is a whole number above 0, or `times` increase, and the tableau is consistent: its
 * weights sum to 1, and the first stage sees no noise.
 *
 * @example
 * const tableau = { name: "mine", order: 1, c: [0], a: [[]], b: [1], noise: [0] }; // Euler and Maruyama's
 * stochasticMethod(tableau, { steps: 50 }); // a method for solveSde
 */
export function stochasticMethod(tableau: StochasticTableau, options: StepOptions): StochasticMethod {
  assertStochasticTableau(tableau);
  return Object.freeze({ kind: "stochastic", tableau, ...timeSteps(tableau.name, options) });
}
