import { assertKnown } from "../errors";
import { squaredError } from "./error-measure";
import type { Objective, ObjectiveOptions } from "./objective";

/**
 * Regression on x1: the minimiser is the data prediction E[x1 | I_t, ξ], from which other fields follow; see
 * `velocityFromData` and `scoreFromData`. A masked network predicts zero on known pixels.
 */
export function dataLoss(options: ObjectiveOptions = {}): Objective {
  assertKnown(options, { error: true }, "dataLoss");
  const { error = squaredError() } = options;
  return Object.freeze({ name: "data", error, target: ({ pairs }) => pairs.x1 } satisfies Objective);
}
