import { sizeOf } from "../../../array";
import { microsoft, type Shape, type Value } from "../graph";
import { natural, repeats, reshape, reshapeValue, storedLength, type Traced, traced } from "../traced";
import { operators } from "./elementwise";
import { type Context, cast, type Lowering, type Table, withValue } from "./lowering";

/** The axes that tfjs means by `axis`: all for nothing, counted from the end for negative ones. */
function axesOf(axis: number | readonly number[] | null | undefined, rank: number): readonly number[] {
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
    const left = x.value.shape.map((length, i) => (stored.includes(i) ? 1 : length));
    const overRows = op === "ReduceSum" && x.dtype === "float32" && stored.join() === "0";
    const value =
      (overRows && sumOfRows(c, x.value)) ||
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

/** Rows that are added one after another in float32. */
const mostRows = 4096;

/**
 * The sum over the first axis as a product with a row of ones, which onnxruntime computes on all cores and with wide
 * instructions, unlike its sums over rows. Many rows are added in equal blocks first, for the sake of precision;
 * nothing is returned where there are none.
 */
function sumOfRows(c: Context, value: Value): Value | undefined {
  const { graph } = c;
  const [rows, ...rest] = value.shape;
  const width = sizeOf(rest);
  const fewest = Math.ceil(rows / mostRows);
  const blocks = natural(4 * fewest + 1).find((count) => count >= fewest && rows % count === 0);
  if (!blocks || width < 16) return undefined;
  const product = (a: Value, b: Value, shape: Shape) =>
    graph.node("FusedMatMul", [a, b], "float32", shape, { transA: 0, transB: 0 }, microsoft);
  let sums = value;
  if (blocks > 1) {
    const cut = reshapeValue(graph, value, [blocks, rows / blocks, width]);
    sums = product(graph.ones([1, rows / blocks]), cut, [blocks, 1, width]);
  }
  const flat = reshapeValue(graph, sums, [blocks > 1 ? blocks : rows, width]);
  return reshapeValue(graph, product(graph.ones([1, flat.shape[0]]), flat, [1, width]), [1, ...rest]);
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

/** Softmax and its logarithm, along the axis as it is stored. */
const normalise =
  (op: string): Lowering =>
  (c, { logits: x }, { dim, axis }) => {
    const [only] = axesOf(dim ?? axis, x.shape.length);
    if (repeats(x, only) || x.value.shape.length === 0) {
      const length = x.shape[only];
      return traced(c.graph.scalar("float32", op === "Softmax" ? 1 / length : -Math.log(length)), x.shape);
    }
    const at = x.order.indexOf(only);
    if (at === x.order.length - 1) {
      return withValue(x, c.graph.node(op, [x.value], "float32", x.value.shape, { axis: at }));
    }
    // Along any other axis than the last, onnxruntime's Softmax moves everything twice.
    const o = operators(c);
    const shifted = o.sub(x, reduce(c, "ReduceMax", x, [only], true));
    const powers = o.apply("Exp", shifted);
    const sum = reduce(c, "ReduceSum", powers, [only], true);
    return op === "Softmax" ? o.div(powers, sum) : o.sub(shifted, o.apply("Log", sum));
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
  Softmax: normalise("Softmax"),
  LogSoftmax: normalise("LogSoftmax"),
};
