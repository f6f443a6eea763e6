import { squaredError } from "./error-measure";
import type { Objective, ObjectiveOptions } from "./objective";

/**
 * L_b of Theorem 3.1 as a mean squared error against İ_t: E|b − İ|² / d = (L_b + E|İ|²) / d for fields of d
 * elements. Its minimum is not zero but E|İ − b|² / d, the spread of the velocities that meet at a point;
 * `paperLoss` gives L_b itself.
 */
export function velocityLoss({ error = squaredError() }: ObjectiveOptions = {}): Objective {
  return Object.freeze({ name: "velocity", error, target: ({ dxt }) => dxt } satisfies Objective);
}
