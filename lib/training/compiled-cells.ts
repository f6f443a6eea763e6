import * as tf from "@tensorflow/tfjs";
import { type NdArray, sampleSize } from "../array";
import { compile, type EngineName } from "../engine";
import type { CellFinder } from "../transport";
import { halfSquares } from "../transport/semidiscrete";

/** The points as a matrix, and the scores' parts that don't depend on the draw. */
interface Given {
  readonly constants: { readonly points: tf.Tensor };
  readonly inputs: { readonly x: tf.Tensor; readonly offsets: tf.Tensor };
}

/**
 * `plainCells` for many points, by a compiled product of matrices in float32. Where two points cost the same
 * to seven digits, it may choose the other one.
 *
 * @example
 * const cells = compiledCells(data.x);
 * await cells(pairs.x0, new Float64Array(256)); // without potentials, the nearest point of each
 */
export function compiledCells(
  points: NdArray,
  { engine }: { readonly engine?: EngineName } = {},
): CellFinder {
  const n = points.shape[0];
  const d = sampleSize(points);
  const halves = halfSquares(points);
  const transposed = new Float32Array(n * d);
  for (let j = 0; j < n; j++) for (let k = 0; k < d; k++) transposed[k * n + j] = points.data[j * d + k];
  const compiled = compile({
    name: "Laguerre cells",
    constants: { points: { shape: [d, n], data: transposed } },
    program: ({ constants, inputs }: Given) => ({
      outputs: {
        cell: tf.argMax(
          tf.add(tf.matMul(inputs.x as tf.Tensor2D, constants.points as tf.Tensor2D), inputs.offsets),
          1,
        ),
      },
    }),
    engine,
  });
  return async (x, potentials) => {
    const offsets = { shape: [1, n], data: Float32Array.from(halves, (half, j) => potentials[j] - half) };
    const rows = { shape: [x.shape[0], d], data: Float32Array.from(x.data) };
    const { cell } = await compiled.run({ x: rows, offsets });
    return Int32Array.from(cell.data);
  };
}
