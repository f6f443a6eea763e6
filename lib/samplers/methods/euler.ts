import type { StepOptions } from "../time-grid";
import { type FixedMethod, fixedMethod } from "./fixed-method";
import type { Tableau } from "./tableau";

const tableau: Tableau = { name: "Euler", order: 1, c: [0], a: [[]], b: [1], dense: [[1]] };

/** Forward Euler, Algorithm 2 of the paper: order 1, one evaluation per step. */
export function euler(options: StepOptions): FixedMethod {
  return fixedMethod(tableau, options);
}
