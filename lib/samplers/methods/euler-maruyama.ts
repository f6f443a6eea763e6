import type { StepOptions } from "../time-grid";
import { type StochasticMethod, stochasticMethod } from "./stochastic-method";
import type { StochasticTableau } from "./tableau";

const tableau: StochasticTableau = {
  name: "Euler-Maruyama",
  order: 1,
  c: [0],
  a: [[]],
  b: [1],
  noise: [0],
};

/**
 * Maruyama (1955): weak order 1, one evaluation per step of the velocity and of the score; neither is
 * evaluated at the final time.
 */
export function eulerMaruyama(options: StepOptions): StochasticMethod {
  return stochasticMethod(tableau, options);
}
