import type { FixedMethod, Tableau } from "./tableau";
import { type StepOptions, timeSteps } from "./time-grid";

/** The method `tableau` over steps that are set beforehand. @throws as `timeSteps`. */
export function fixedMethod(tableau: Tableau, options: StepOptions): FixedMethod {
  return Object.freeze({ kind: "fixed", tableau, ...timeSteps(tableau.name, options) });
}
