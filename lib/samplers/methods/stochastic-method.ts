import { type StepOptions, type TimeSteps, timeSteps } from "../time-grid";
import { assertStochasticTableau } from "./assert-tableau";
import type { StochasticTableau } from "./tableau";

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
