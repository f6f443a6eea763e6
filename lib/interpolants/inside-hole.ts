import type { Interpolant } from "./interpolant";

/**
 * Applies a schedule inside the hole only: where ξ = 1, I_t = x1 and İ_t = 0 exactly, whatever α and β. A
 * masked velocity (zero on known values) needs either this or α + β = 1. Without a mask nothing changes.
 *
 * @example insideHole(trigonometric()) // in-painting with a schedule that preserves the variance in the hole
 */
export function insideHole(interpolant: Interpolant): Interpolant {
  return Object.freeze({ ...interpolant, name: `${interpolant.name} inside the hole`, insideHole: true });
}
