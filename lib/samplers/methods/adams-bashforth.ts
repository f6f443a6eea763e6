import { type StepOptions, type TimeSteps, timeSteps } from "../time-grid";

/** A method whose steps also use the derivative of the step before. */
export interface MultistepMethod extends TimeSteps {
  /** Tells it from other kinds of methods. */
  readonly kind: "multistep";
}

/**
 * The method of Adams and Bashforth of order 2, for steps of any lengths: one evaluation per step, where
 * other methods of its order need two. With r the length h of a step over that of the one before,
 *
 *     x_{n+1} = x_n + h ((1 + r/2) b_n − (r/2) b_{n−1}),
 *
 * and the first step is Euler's. @throws unless `steps` is a whole number above 0, or `times` increase.
 *
 * @example
 * const { x, nfe } = await solveOde(b, atBase(pairs), { method: adamsBashforth({ steps: 8 }) }); // nfe = 8
 */
export function adamsBashforth(options: StepOptions): MultistepMethod {
  return Object.freeze({ kind: "multistep", ...timeSteps("adamsBashforth", options) });
}
