import { ndarray } from "../array";
import { assertKnown } from "../errors";
import type { Rng } from "../random";
import { assertDraw } from "./assert-draw";
import type { Samples } from "./samples";

/** Options of {@link moons}. */
export interface MoonsOptions {
  /** How many points, half on each moon. */
  readonly n: number;
  /** Source of the points. */
  readonly rng: Rng;
  /** Thickness of the moons before scaling: a point is shifted by (u, u), u ~ U(0, width). Default 0.2. */
  readonly width?: number;
}

/**
 * Two interleaving half circles in the plane; the label is the moon: 0 the upper, 1 the lower, alternately,
 * so that both have equally many points. Mapped by 3x − 1, as in the usual "8 gaussians → moons" comparison.
 * The default is that comparison's, noise included: it shifts both coordinates of a point by the same amount.
 *
 * @example const { x, labels } = moons({ n: 1000, rng: rng(0) }); // x: [1000, 2]; labels: 0, 1, 0, 1, …
 */
export function moons(options: MoonsOptions): Samples {
  assertKnown(options, { n: true, rng: true, width: true }, "moons");
  const { n, rng, width = 0.2 } = options;
  assertDraw({ n, rng });
  const data = new Float32Array(2 * n);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    labels[i] = i % 2;
    const angle = Math.PI * rng.uniform();
    const shift = width * rng.uniform();
    const [x, y] =
      labels[i] === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    data[2 * i] = 3 * (x + shift) - 1;
    data[2 * i + 1] = 3 * (y + shift) - 1;
  }
  return Object.freeze({ x: ndarray([n, 2], data), labels });
}
