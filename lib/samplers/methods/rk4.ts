import type { StepOptions } from "../time-grid";
import { type FixedMethod, fixedMethod } from "./fixed-method";
import type { Tableau } from "./tableau";

const tableau: Tableau = {
  name: "RK4",
  order: 4,
  c: [0, 1 / 2, 1 / 2, 1],
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  dense: [
    [1, -3 / 2, 2 / 3],
    [0, 1, -2 / 3],
    [0, 1, -2 / 3],
    [0, -1 / 2, 2 / 3],
  ],
};

/**
 * The classical Runge-Kutta method: order 4, four evaluations per step; states inside a step are of order 3.
 */
export function rk4(options: StepOptions): FixedMethod {
  return fixedMethod(tableau, options);
}
