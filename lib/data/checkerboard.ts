import { ndarray } from "../array";
import { assertKnown, expected } from "../errors";
import type { Rng } from "../random";
import { assertDraw } from "./assert-draw";
import type { Samples } from "./samples";

/** Options of {@link checkerboard}. */
export interface CheckerboardOptions {
  /** How many points. */
  readonly n: number;
  /** Source of the points. */
  readonly rng: Rng;
  /** Squares along each side, an even number. Default 4. */
  readonly fields?: number;
  /** The board is [−half, half]². Default 4. */
  readonly half?: number;
}

/**
 * Uniform on the squares of one colour of a checkerboard, the lower left one included; the label is the row
 * of the square, from the bottom.
 */
export function checkerboard(options: CheckerboardOptions): Samples {
  assertKnown(options, { n: true, rng: true, fields: true, half: true }, "checkerboard");
  const { n, rng, fields = 4, half = 4 } = options;
  if (!(Number.isInteger(fields) && fields >= 2 && fields % 2 === 0)) {
    throw expected("an even number of squares along a side", `${fields}`);
  }
  assertDraw({ n, rng });
  const data = new Float32Array(2 * n);
  const labels = new Int32Array(n);
  const side = (2 * half) / fields;
  for (let i = 0; i < n; i++) {
    labels[i] = rng.int(fields);
    const column = 2 * rng.int(fields / 2) + (labels[i] % 2);
    data[2 * i] = side * (column + rng.uniform()) - half;
    data[2 * i + 1] = side * (labels[i] + rng.uniform()) - half;
  }
  return Object.freeze({ x: ndarray([n, 2], data), labels });
}
