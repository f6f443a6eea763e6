import type { NdArray } from "../../array";
import type { Estimate } from "../../statistics";
import { squaredMmd } from "./mmd";

/**
 * The energy distance 2 E|x − y| − E|x − x′| − E|y − y′| of two sets of points `[n, d]` and `[m, d]` (Székely
 * and Rizzo, 2013), in the units of the points: zero only for equal distributions, and free of parameters.
 * The estimate is unbiased, so it may be negative; some authors give its square root. The standard error is
 * that of `squaredMmd`.
 *
 * @example
 * energyDistance(data.x, moons({ n: 256, rng: rng(1) }).x).value; // about 0: the same distribution
 * @throws when there are fewer than three rows, dimensions differ, or a number isn't finite.
 */
export function energyDistance(a: NdArray, b: NdArray): Estimate {
  // −|x − y| serves as a kernel for the discrepancy (Sejdinovic et al., 2013).
  return squaredMmd(a, b, { kernel: minusDistance });
}

const minusDistance = Object.freeze({
  name: "minus the distance",
  of: "squared distance",
  for: () => (squared: number) => -Math.sqrt(squared),
} as const);
