import { fixedMethod } from "./fixed-method";
import type { FixedMethod, Tableau } from "./tableau";

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
export function heun({ steps }: { readonly steps: number }): FixedMethod {
  return fixedMethod(tableau, steps);
}
