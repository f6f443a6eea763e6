import { expected } from "../errors";
import type { FixedMethod, Tableau } from "./tableau";

/** `steps` equal steps of the method `tableau`. @throws unless `steps` is a whole number above 0. */
export function fixedMethod(tableau: Tableau, steps: number): FixedMethod {
  if (!(Number.isInteger(steps) && steps > 0)) {
    throw expected(`a whole number of steps above 0 for ${tableau.name}`, `${steps}`);
  }
  return Object.freeze({ kind: "fixed", tableau, steps });
}
