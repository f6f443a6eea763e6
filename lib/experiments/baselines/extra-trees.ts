import { assertShape, type NdArray } from "../../array";
import { expected } from "../../errors";
import type { Rng } from "../../random";

/** Options of {@link extraTrees}. */
export interface ExtraTreesOptions {
  /** Rows `[n, d]` of what is known. */
  readonly x: NdArray;
  /** The number to predict for each row; 0 or 1 for a class, whose share is then predicted. */
  readonly y: ArrayLike<number>;
  /** Default 50. */
  readonly trees?: number;
  /** Columns that are tried at each split. Default all, as suits numbers; √d suits classes. */
  readonly tried?: number;
  /** The fewest rows of a leaf. Default 2. */
  readonly leaf?: number;
  /** Source of the columns and thresholds tried at each split. */
  readonly rng: Rng;
}

/** Predicts for each row of `[n, d]`. */
export type RowPredictor = (x: NdArray) => Float64Array;

/**
 * Extremely randomised trees (Geurts, Ernst and Wehenkel, 2006): every tree sees all rows; at each split
 * one threshold is drawn for each of the columns tried, uniform between the least and the greatest value
 * there, and the one that lessens the squared error most is taken. The prediction is the mean of the
 * trees' leaves.
 *
 * @example
 * const x = rng(0).normals([200, 2]);
 * const first = x.data.filter((_, e) => e % 2 === 0);
 * const predict = extraTrees({ x, y: first, rng: rng(1) });
 * predict(ndarray([1, 2], [1, 0])); // about 1
 * @throws when there are no rows, not one value for each, or a count isn't a whole number of 1 or more.
 */
export function extraTrees(options: ExtraTreesOptions): RowPredictor {
  const { x, y, trees = 50, leaf = 2, rng } = options;
  const [n, d] = x.shape;
  const tried = Math.min(d, options.tried ?? d);
  if (n === 0 || y.length !== n) throw expected(`a value for each of ${n} rows, at least one`, `${y.length}`);
  for (const [what, count] of Object.entries({ trees, "rows of a leaf": leaf, "columns tried": tried })) {
    if (!(Number.isInteger(count) && count >= 1))
      throw expected(`a whole number of ${what}, 1 or more`, `${count}`);
  }
  const grown = Array.from({ length: trees }, (_, tree) =>
    grow(
      { x, y, leaf, tried, rng: rng.fork("tree", tree) },
      Int32Array.from({ length: n }, (_, i) => i),
    ),
  );
  return (rows) => {
    assertShape(rows, [-1, d], "rows for the trees");
    return Float64Array.from({ length: rows.shape[0] }, (_, i) => {
      let sum = 0;
      for (let node of grown) {
        while (node.below) node = rows.data[i * d + node.column] < node.threshold ? node.below : node.above;
        sum += node.value;
      }
      return sum / trees;
    });
  };
}

type Node =
  | { readonly below?: undefined; readonly value: number }
  | { readonly below: Node; readonly above: Node; readonly column: number; readonly threshold: number };

type Growth = Required<Pick<ExtraTreesOptions, "x" | "y" | "leaf" | "tried" | "rng">>;

function grow(growth: Growth, rows: Int32Array): Node {
  const { x, y, leaf, tried, rng } = growth;
  const d = x.shape[1];
  const value = rows.reduce((sum, row) => sum + y[row], 0) / rows.length;
  if (rows.length < 2 * leaf || rows.every((row) => y[row] === y[rows[0]])) return { value };
  let best: { column: number; threshold: number; gain: number } | undefined;
  for (const column of rng.permutation(d).subarray(0, tried)) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of rows) {
      low = Math.min(low, x.data[row * d + column]);
      high = Math.max(high, x.data[row * d + column]);
    }
    if (!(low < high)) continue;
    const threshold = high - rng.uniform() * (high - low);
    let [count, sum, total] = [0, 0, 0];
    for (const row of rows) {
      total += y[row];
      if (x.data[row * d + column] >= threshold) continue;
      count++;
      sum += y[row];
    }
    if (count < leaf || rows.length - count < leaf) continue;
    // The squared error falls by this, up to what all splits of these rows have in common.
    const gain = sum ** 2 / count + (total - sum) ** 2 / (rows.length - count);
    if (!best || gain > best.gain) best = { column, threshold, gain };
  }
  if (!best) return { value };
  const { column, threshold } = best;
  return {
    column,
    threshold,
    below: grow(
      growth,
      rows.filter((row) => x.data[row * d + column] < threshold),
    ),
    above: grow(
      growth,
      rows.filter((row) => x.data[row * d + column] >= threshold),
    ),
  };
}
