import { squaredError } from "./error-measure";
import type { Objective, ObjectiveOptions } from "./objective";

/**
 * Regression on x0: the minimiser is the base prediction E[x0 | I_t, ξ], of which other fields follow; see
 * `velocityFromBase`. A masked network's is zero on known pixels.
 */
export function baseLoss({ error = squaredError() }: ObjectiveOptions = {}): Objective {
  return Object.freeze({ name: "base", error, target: ({ pairs }) => pairs.x0 } satisfies Objective);
}
