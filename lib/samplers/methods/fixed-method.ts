import { type StepOptions, type TimeSteps, timeSteps } from "../time-grid";
import { assertTableau } from "./assert-tableau";
import type { Tableau } from "./tableau";

/** A Runge-Kutta method with steps fixed in advance. */
export interface FixedMethod extends TimeSteps {
  /** Tells it from other kinds of methods. */
  readonly kind: "fixed";
  /** The coefficients. */
  readonly tableau: Tableau;
}

/**
 * The method with this tableau and steps fixed in advance.
 * @throws unless `steps` is a whole number above 0, or `times` increase, and the tableau is consistent: its
 * weights sum to 1, and those inside a step to them.
 *
 * @example
 * // Ralston's method of order 2.
 * const ralston = (options: StepOptions) =>
 *   fixedMethod(
 *     {
 *       name: "Ralston",
 *       order: 2,
 *       c: [0, 2 / 3],
 *       a: [[], [2 / 3]],
 *       b: [1 / 4, 3 / 4],
 *       dense: [[1, -3 / 4], [0, 3 / 4]],
 *     },
 *     options,
 *   );
 * const { x } = await solveOde(b, atBase(pairs), { method: ralston({ steps: 10 }) });
 */
export function fixedMethod(tableau: Tableau, options: StepOptions): FixedMethod {
  assertTableau(tableau);
  return Object.freeze({ kind: "fixed", tableau, ...timeSteps(tableau.name, options) });
}
