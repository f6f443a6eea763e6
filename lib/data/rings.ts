import { ndarray } from "../array";
import { assertKnown, expected } from "../errors";
import type { Rng } from "../random";
import { weightedIndex } from "../statistics/weighted-index";
import { assertDraw } from "./assert-draw";
import type { Samples } from "./samples";

/** Options of {@link rings}. */
export interface RingsOptions {
  /** How many points. */
  readonly n: number;
  /** Source of the points. */
  readonly rng: Rng;
  /** Radius of each ring. Default 2 and 5. */
  readonly radii?: readonly number[];
  /** Standard deviation of the distance from the ring. Default 0.2. */
  readonly sd?: number;
}

/** Rings around the origin, each with probability proportional to its length; the label is the ring. */
export function rings(options: RingsOptions): Samples {
  assertKnown(options, { n: true, rng: true, radii: true, sd: true }, "rings");
  const { n, rng, radii = [2, 5], sd = 0.2 } = options;
  if (radii.length === 0 || radii.some((radius) => !(radius > 0))) {
    throw expected("one or more radii above 0", `[${radii.join(", ")}]`);
  }
  assertDraw({ n, rng });
  const data = new Float32Array(2 * n);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const ring = weightedIndex(radii, rng);
    const angle = 2 * Math.PI * rng.uniform();
    const distance = radii[ring] + sd * rng.normal();
    labels[i] = ring;
    data[2 * i] = distance * Math.cos(angle);
    data[2 * i + 1] = distance * Math.sin(angle);
  }
  return Object.freeze({ x: ndarray([n, 2], data), labels });
}
