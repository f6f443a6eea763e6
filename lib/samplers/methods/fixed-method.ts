import { type StepOptions, type TimeSteps, timeSteps } from "../time-grid";
import type { Tableau } from "./tableau";

/** A Runge-Kutta method with steps whose ends are set beforehand. */
export interface FixedMethod extends TimeSteps {
  readonly kind: "fixed";
  readonly tableau: Tableau;
}

/** The method `tableau` with steps that are set beforehand. @throws as `timeSteps`. */
export function fixedMethod(tableau: Tableau, options: StepOptions): FixedMethod {
  return Object.freeze({ kind: "fixed", tableau, ...timeSteps(tableau.name, options) });
}
