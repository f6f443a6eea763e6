import { assertShape, type NdArray } from "../../array";
import { expected } from "../../errors";
import type { Rng } from "../../random";
import type { RowPredictor } from "./extra-trees";

/** Options of {@link isolationForest}. */
export interface IsolationForestOptions {
  /** Rows `[n, d]` that are taken for normal. */
  readonly x: NdArray;
  /** Default 100, as in the paper. */
  readonly trees?: number;
  /** Rows that each tree sees. Default 256, as in the paper, or all where there are fewer. */
  readonly rows?: number;
  /** Source of each tree's rows, columns and thresholds. */
  readonly rng: Rng;
}

/**
 * Isolation forest (Liu, Ting and Zhou, 2008): trees split a random column at a random place until rows are
 * alone. The score of a row is 2^(−h / c): h is the mean depth at which it is alone, c that of a row like the
 * others; near 1 is odd, 0.5 and less is normal.
 *
 * @example
 * const odd = isolationForest({ x: rng(0).normals([500, 2]), rng: rng(1) });
 * odd(ndarray([2, 2], [0, 0, 6, 6])); // the second is higher
 * @throws when there are fewer than two rows, fewer than asked for, or no trees.
 */
export function isolationForest(options: IsolationForestOptions): RowPredictor {
  const { x, trees = 100, rng } = options;
  const [n, d] = x.shape;
  const size = options.rows ?? Math.min(256, n);
  if (!(Number.isInteger(size) && size >= 2 && size <= n)) throw expected(`2 to ${n} rows a tree`, `${size}`);
  if (!(Number.isInteger(trees) && trees >= 1)) {
    throw expected("a whole number of trees, 1 or more", `${trees}`);
  }
  const deepest = Math.ceil(Math.log2(size));
  const forest = Array.from({ length: trees }, (_, tree) => {
    const source = rng.fork("tree", tree);
    return isolate(x, source.permutation(n).slice(0, size), deepest, source);
  });
  const usual = usualDepth(size);
  return (rows) => {
    assertShape(rows, [-1, d], "rows for the isolation forest");
    return Float64Array.from({ length: rows.shape[0] }, (_, i) => {
      const depth = forest.reduce((sum, tree) => sum + depthOf(tree, rows, i), 0) / trees;
      return 2 ** (-depth / usual);
    });
  };
}

type Node =
  | { readonly below?: undefined; readonly count: number }
  | { readonly below: Node; readonly above: Node; readonly column: number; readonly threshold: number };

function isolate(x: NdArray, rows: Int32Array, deepest: number, rng: Rng): Node {
  const d = x.shape[1];
  if (deepest === 0 || rows.length <= 1) return { count: rows.length };
  const ranges = Array.from({ length: d }, (_, column) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of rows) {
      const value = x.data[row * d + column];
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return { column, low, high };
  }).filter(({ low, high }) => low < high);
  if (ranges.length === 0) return { count: rows.length };
  const { column, low, high } = ranges[rng.int(ranges.length)];
  const threshold = high - rng.uniform() * (high - low);
  const side = (below: boolean) => rows.filter((row) => x.data[row * d + column] < threshold === below);
  return {
    column,
    threshold,
    below: isolate(x, side(true), deepest - 1, rng),
    above: isolate(x, side(false), deepest - 1, rng),
  };
}

function depthOf(tree: Node, rows: NdArray, row: number): number {
  const d = rows.shape[1];
  let [node, depth] = [tree, 0];
  while (node.below) {
    node = rows.data[row * d + node.column] < node.threshold ? node.below : node.above;
    depth++;
  }
  return depth + usualDepth(node.count);
}

/** The mean depth at which a search in a random binary tree of n rows ends: 2 H(n − 1) − 2 (n − 1) / n. */
function usualDepth(n: number): number {
  if (n <= 1) return 0;
  let harmonic = 0;
  for (let k = 1; k < n; k++) harmonic += 1 / k;
  return 2 * harmonic - (2 * (n - 1)) / n;
}
