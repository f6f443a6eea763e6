import { ndarray } from "../array";
import { assertKnown } from "../errors";
import type { Rng } from "../random";
import { assertDraw } from "./assert-draw";
import type { Samples } from "./samples";

/** Options of {@link spirals}. */
export interface SpiralsOptions {
  /** How many points, half on each arm. */
  readonly n: number;
  /** Source of the points. */
  readonly rng: Rng;
  /** Turns of each arm. Default 1.5. */
  readonly turns?: number;
  /** Radius at which the arms end. Default 5. */
  readonly radius?: number;
  /** Standard deviation of the noise on each coordinate. Default 0.15. */
  readonly sd?: number;
}

/**
 * Two arms of an Archimedean spiral, half a turn apart, of nearly uniform density along their length; the
 * label is the arm.
 */
export function spirals(options: SpiralsOptions): Samples {
  assertKnown(options, { n: true, rng: true, turns: true, radius: true, sd: true }, "spirals");
  const { n, rng, turns = 1.5, radius = 5, sd = 0.15 } = options;
  assertDraw({ n, rng });
  const data = new Float32Array(2 * n);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    labels[i] = i % 2;
    // Arc length grows as the square of the radius.
    const along = Math.sqrt(rng.uniform());
    const angle = 2 * Math.PI * turns * along + Math.PI * labels[i];
    data[2 * i] = radius * along * Math.cos(angle) + sd * rng.normal();
    data[2 * i + 1] = radius * along * Math.sin(angle) + sd * rng.normal();
  }
  return Object.freeze({ x: ndarray([n, 2], data), labels });
}
