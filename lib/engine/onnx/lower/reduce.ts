import { sizeOf } from "../../../array";
import { innerProduct, sumOfRows } from "../fuse/sums";
import { natural, repeats, reshape, storedLength, type Traced, traced } from "../ir/layout";
import { operators } from "./elementwise";
import { type Context, cast, type Lowering, type Table } from "./lowering";

/** The axes that tfjs means by `axis`: all for nothing, counted from the end for negative ones. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): readonly number[] {
  if (axis === null || axis === undefined) return natural(rank);
  const axes = typeof axis === "number" ? [axis] : axis;
  return axes.map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
}

/**
 * A reduction over the axes as they are stored. Axes along which elements repeat need no work but for a
 * factor: `repeated` makes the result from that of the stored elements and the number of repetitions.
 */
export function reduce(
  c: Context,
  op: string,
  x: Traced,
  axes: readonly number[],
  keepDims: boolean,
  repeated: (result: Traced, times: number) => Traced = (result) => result,
): Traced {
  const rows = x.before;
  if (rows && x.shape.length === 2 && axes.join() === "0" && rows.shape.at(-1) === x.shape[1]) {
    const sum = reduce(c, op, rows, natural(rows.shape.length - 1), false, repeated);
    return keepDims ? reshape(c.graph, sum, [1, x.shape[1]]) : sum;
  }
  const shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const stored = axes.filter((axis) => storedLength(x, axis) !== 1).map((axis) => x.order.indexOf(axis));
  let result = traced(x.value, shape, x.order);
  if (stored.length > 0) {
    stored.sort((a, b) => a - b);
    // With the axes of length 1 behind them, onnxruntime sees a sum over the last axes, which is faster.
    const behind = natural(x.order.length).slice(stored[stored.length - 1] + 1);
    if (behind.every((i) => x.value.shape[i] === 1)) stored.push(...behind);
    const left = x.value.shape.map((length, i) => (stored.includes(i) ? 1 : length));
    const overRows = op === "ReduceSum" && x.dtype === "float32" && stored.join() === "0";
    const value =
      (overRows && sumOfRows(c, x.value)) ||
      innerProduct(c, op, x.value, stored) ||
      c.graph.node(op, [x.value, c.graph.ints(stored)], x.dtype, left, { keepdims: 1 });
    result = traced(value, shape, x.order);
  }
  const times = sizeOf(axes.filter((axis) => repeats(x, axis)).map((axis) => x.shape[axis]));
  if (times !== 1) result = repeated(result, times);
  return keepDims
    ? result
    : reshape(
        c.graph,
        result,
        shape.filter((_, axis) => !axes.includes(axis)),
      );
}

const reduction =
  (op: string, repeated?: (c: Context, result: Traced, times: number) => Traced): Lowering =>
  (c, { x }, { axis, keepDims, reductionIndices }) =>
    reduce(c, op, x, axesOf(axis ?? reductionIndices, x.shape.length), keepDims, (result, times) =>
      repeated ? repeated(c, result, times) : result,
    );

const total = reduction("ReduceSum", (c, result, times) => operators(c).mul(result, times));

/** The place of an extreme along one axis. */
const place =
  (op: string): Lowering =>
  (c, { x }, { axis }) => {
    const [only] = axesOf(axis, x.shape.length);
    const shape = x.shape.filter((_, a) => a !== only);
    if (repeats(x, only)) return traced(c.graph.scalar("int32", 0), shape);
    const at = x.order.indexOf(only);
    const full = x.value.shape.length === 0 ? reshape(c.graph, x, x.shape) : x;
    if (full.value.shape.length === 0) return traced(c.graph.scalar("int32", 0), shape);
    const left = full.value.shape.map((length, i) => (i === at ? 1 : length));
    const index = c.graph.node(op, [full.value], "int64", left, { axis: at, keepdims: 1 });
    const narrow = c.graph.node("Cast", [index], "int32", left, { to: 6 });
    const kept = traced(
      narrow,
      x.shape.map((length, a) => (a === only ? 1 : length)),
      x.order,
    );
    return reshape(c.graph, kept, shape);
  };

export const reduceTable: Table = {
  Sum: total,
  Mean: reduction("ReduceMean"),
  Max: reduction("ReduceMax"),
  Min: reduction("ReduceMin"),
  Prod: reduction("ReduceProd", (c, result, times) => operators(c).apply("Pow", result, times)),
  All: (c, { x }, attrs) =>
    cast(c, reduction("ReduceMin")(c, { x: cast(c, x, "int32") }, attrs) as Traced, "bool"),
  Any: (c, { x }, attrs) =>
    cast(c, reduction("ReduceMax")(c, { x: cast(c, x, "int32") }, attrs) as Traced, "bool"),
  ArgMax: place("ArgMax"),
  ArgMin: place("ArgMin"),
};
