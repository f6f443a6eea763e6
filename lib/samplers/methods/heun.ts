import type { StepOptions } from "../time-grid";
import { type FixedMethod, fixedMethod } from "./fixed-method";
import type { Tableau } from "./tableau";

const tableau: Tableau = {
  name: "Heun",
  order: 2,
  c: [0, 1],
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  dense: [
    [1, -1 / 2],
    [0, 1 / 2],
  ],
};

/** Heun's trapezoidal method: order 2, two evaluations per step. */
export function heun(options: StepOptions): FixedMethod {
  return fixedMethod(tableau, options);
}
