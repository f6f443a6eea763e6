import { type StepOptions, type TimeSteps, timeSteps } from "../time-grid";
import type { Tableau } from "./tableau";

/** A Runge-Kutta method with steps fixed in advance. */
export interface FixedMethod extends TimeSteps {
  readonly kind: "fixed";
  readonly tableau: Tableau;
}

/** The method with this tableau and steps fixed in advance. @throws as `timeSteps`. */
export function fixedMethod(tableau: Tableau, options: StepOptions): FixedMethod {
  return Object.freeze({ kind: "fixed", tableau, ...timeSteps(tableau.name, options) });
}
