import type { StepOptions } from "../time-grid";
import { type FixedMethod, fixedMethod } from "./fixed-method";
import type { Tableau } from "./tableau";

const tableau: Tableau = {
  name: "midpoint",
  order: 2,
  c: [0, 1 / 2],
  a: [[], [1 / 2]],
  b: [0, 1],
  dense: [
    [1, -1],
    [0, 1],
  ],
};

/** The explicit midpoint rule: order 2, two evaluations per step; b is not evaluated at the final time. */
export function midpoint(options: StepOptions): FixedMethod {
  return fixedMethod(tableau, options);
}
