import { assertKnown } from "../errors";
import { squaredError } from "./error-measure";
import type { Objective, ObjectiveOptions } from "./objective";

/**
 * Regression on x0: the minimiser is the base prediction E[x0 | I_t, ξ], from which other fields follow; see
 * `velocityFromBase`. A masked network predicts zero on known pixels.
 *
 * @example
 * const objective = baseLoss();
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 * const b = velocityFromBase(model.field(), { interpolant }); // not defined at t = 0
 */
export function baseLoss(options: ObjectiveOptions = {}): Objective {
  assertKnown(options, { error: true }, "baseLoss");
  const { error = squaredError() } = options;
  return Object.freeze({ name: "base", error, target: ({ pairs }) => pairs.x0 } satisfies Objective);
}
