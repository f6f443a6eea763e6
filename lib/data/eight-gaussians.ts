import { ndarray } from "../array";
import { assertKnown } from "../errors";
import type { Rng } from "../random";
import { assertDraw } from "./assert-draw";
import type { Samples } from "./samples";

/** Options of {@link eightGaussians}. */
export interface EightGaussiansOptions {
  /** How many points. */
  readonly n: number;
  /** Source of the points. */
  readonly rng: Rng;
  /** Distance of the modes from the origin. */
  readonly radius?: number;
  /** Standard deviation of each mode. */
  readonly sd?: number;
}

/**
 * Eight equally likely isotropic Gaussians on a circle in the plane; the label is the mode, counted
 * anticlockwise from angle 0. The defaults are those of the usual "8 gaussians → moons" comparison: radius 5,
 * variance √0.1.
 */
export function eightGaussians(options: EightGaussiansOptions): Samples {
  assertKnown(options, { n: true, rng: true, radius: true, sd: true }, "eightGaussians");
  const { n, rng, radius = 5, sd = 0.1 ** 0.25 } = options;
  assertDraw({ n, rng });
  const data = new Float32Array(2 * n);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    labels[i] = rng.int(8);
    const angle = (labels[i] * Math.PI) / 4;
    data[2 * i] = radius * Math.cos(angle) + sd * rng.normal();
    data[2 * i + 1] = radius * Math.sin(angle) + sd * rng.normal();
  }
  return Object.freeze({ x: ndarray([n, 2], data), labels });
}
