import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, sampleSize, sliceRows } from "../array";
import { compile, type EngineName } from "../engine";
import type { CellFinder } from "../transport";
import { assertCells, halfSquares } from "../transport/semidiscrete";

/** The points as a matrix, and the scores' parts that don't depend on the draw. */
interface Given {
  readonly constants: { readonly points: tf.Tensor };
  readonly inputs: { readonly x: tf.Tensor; readonly offsets: tf.Tensor };
}

/** Options of {@link compiledCells}. */
export interface CompiledCellsOptions {
  /** What computes. Default: the engine of the environment variable ENGINE, or "onnx". */
  readonly engine?: EngineName;
  /** The most scores, of a draw and a point each, that are in memory at once. Default 2²⁵: 128 MB. */
  readonly scores?: number;
}

/**
 * `plainCells` for many points, by a compiled product of matrices in float32. Where two points cost the same
 * to seven digits, it may choose the other one.
 *
 * @example
 * const cells = compiledCells(data.x);
 * await cells(pairs.x0, new Float64Array(256)); // without potentials, the nearest point of each
 */
export function compiledCells(points: NdArray, options: CompiledCellsOptions = {}): CellFinder {
  const { engine, scores = 2 ** 25 } = options;
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
  const most = Math.max(1, Math.floor(scores / n));
  return async (x, potentials) => {
    assertCells(points, x, potentials);
    const offsets = { shape: [1, n], data: Float32Array.from(halves, (half, j) => potentials[j] - half) };
    const found = new Int32Array(x.shape[0]);
    for (let from = 0; from < found.length; from += most) {
      const part = sliceRows(x, from, from + most);
      const rows = { shape: [part.shape[0], d], data: Float32Array.from(part.data) };
      const { cell } = await compiled.run({ x: rows, offsets });
      found.set(Int32Array.from(cell.data), from);
    }
    return found;
  };
}
