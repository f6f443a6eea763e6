import { expected } from "../errors";
import type { AdaptiveMethod } from "./tableau";

export interface AdaptiveOptions {
  /** Tolerance relative to |x|. */
  readonly rtol?: number;
  /** Absolute tolerance, in the units of x; with pixels in [-1, 1] it counts about as much as `rtol`. */
  readonly atol?: number;
  /** The most steps tried, rejected ones included. Default 1000. */
  readonly maxSteps?: number;
  /** The least step, in time. Default 1e-6. */
  readonly minStep?: number;
  /** The first step, in time; chosen from b at a price of one evaluation where absent. */
  readonly firstStep?: number;
}

/**
 * The method `tableau`, which must estimate its error, with steps that keep the error within `tolerance` by default.
 * @throws unless the tolerances and steps are above 0.
 */
export function adaptiveMethod(
  tableau: AdaptiveMethod["tableau"],
  tolerance: number,
  options: AdaptiveOptions,
): AdaptiveMethod {
  const { rtol = tolerance, atol = tolerance, maxSteps = 1000, minStep = 1e-6, firstStep } = options;
  if (!(rtol >= 0 && atol >= 0 && rtol + atol > 0)) {
    throw expected("tolerances of 0 or more, not both 0", `rtol ${rtol}, atol ${atol}`);
  }
  if (!(maxSteps > 0)) throw expected("maxSteps above 0", `${maxSteps}`);
  if (!(minStep > 0)) throw expected("a minStep above 0", `${minStep}`);
  if (firstStep !== undefined && !(firstStep > 0)) throw expected("a firstStep above 0", `${firstStep}`);
  return Object.freeze({
    kind: "adaptive",
    tableau,
    rtol,
    atol,
    maxSteps,
    minStep,
    ...(firstStep !== undefined && { firstStep }),
  });
}
