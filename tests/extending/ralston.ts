import { type FixedMethod, fixedMethod, type StepOptions, type Tableau } from "../../lib";

const tableau: Tableau = {
  name: "Ralston",
  order: 2,
  c: [0, 2 / 3],
  a: [[], [2 / 3]],
  b: [1 / 4, 3 / 4],
  dense: [
    [1, -3 / 4],
    [0, 3 / 4],
  ],
};

/**
 * A solver of one's own: Ralston's method, order 2 with the least bound on its error, two evaluations per
 * step.
 */
export function ralston(options: StepOptions): FixedMethod {
  return fixedMethod(tableau, options);
}
