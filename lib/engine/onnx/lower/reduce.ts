import { sizeOf } from "../../../array";
import type { Value } from "../ir/graph";
import { natural, repeats, storedLength, type Traced, traced } from "../ir/layout";
import { operators } from "./elementwise";
import { type Context, cast, type Lowering, reshape, type Table } from "./lowering";
import { rewritten } from "./operation";

/** The axes that tfjs means by `axis`: all where absent, counted from the end where negative. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): readonly number[] {
  if (axis === null || axis === undefined) return natural(rank);
  const axes = typeof axis === "number" ? [axis] : axis;
  return axes.map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
}

/**
 * A reduction over the axes as they are stored. Axes along which elements repeat cost no more than a factor:
 * `repeated` makes the result from that of the stored elements and the number of repetitions.
 */
export function reduce(
  c: Context,
  op: string,
  x: Traced,
  axes: readonly number[],
  keepDims: boolean,
  repeated: (result: Traced, times: number) => Traced = (result) => result,
): Traced {
  const better = rewritten(c, { kind: "reduce", op, x, axes, keepDims, repeated });
  if (better) return better;
  const shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const stored = axes.filter((axis) => storedLength(x, axis) !== 1).map((axis) => x.order.indexOf(axis));
  let result = traced(x.value, shape, x.order);
  if (stored.length > 0) {
    stored.sort((a, b) => a - b);
    // With the axes of length 1 behind them, onnxruntime sees a sum over the last axes, which is faster.
    const behind = natural(x.order.length).slice(stored[stored.length - 1] + 1);
    if (behind.every((i) => x.value.shape[i] === 1)) stored.push(...behind);
    result = traced(reduceStored(c, op, x.value, stored), shape, x.order);
  }
  const times = sizeOf(axes.filter((axis) => repeats(x, axis)).map((axis) => x.shape[axis]));
  if (times !== 1) result = repeated(result, times);
  const left = shape.filter((_, axis) => !axes.includes(axis));
  return keepDims ? result : reshape(c, result, left);
}

function reduceStored(c: Context, op: string, value: Value, axes: readonly number[]): Value {
  const better = rewritten(c, { kind: "reduceStored", op, value, axes });
  if (better) return better.value;
  const left = value.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return c.graph.node(op, [value, c.graph.ints(axes)], value.type, left, { keepdims: 1 });
}

const reduction =
  (op: string, repeated?: (c: Context, result: Traced, times: number) => Traced): Lowering =>
  (c, { x }, { axis, keepDims, reductionIndices }) =>
    reduce(c, op, x, axesOf(axis ?? reductionIndices, x.shape.length), keepDims, (result, times) =>
      repeated ? repeated(c, result, times) : result,
    );

const total = reduction("ReduceSum", (c, result, times) => operators(c).mul(result, times));

/** The index of an extreme along one axis. */
const argExtreme =
  (op: string): Lowering =>
  (c, { x }, { axis }) => {
    const [only] = axesOf(axis, x.shape.length);
    const shape = x.shape.filter((_, a) => a !== only);
    if (repeats(x, only)) return traced(c.graph.scalar("int32", 0), shape);
    const at = x.order.indexOf(only);
    const full = x.value.shape.length === 0 ? reshape(c, x, x.shape) : x;
    if (full.value.shape.length === 0) return traced(c.graph.scalar("int32", 0), shape);
    const left = full.value.shape.map((length, i) => (i === at ? 1 : length));
    const index = c.graph.node(op, [full.value], "int64", left, { axis: at, keepdims: 1 });
    const narrow = c.graph.node("Cast", [index], "int32", left, { to: 6 });
    const kept = traced(
      narrow,
      x.shape.map((length, a) => (a === only ? 1 : length)),
      x.order,
    );
    return reshape(c, kept, shape);
  };

export const reduceTable: Table = {
  Sum: total,
  // The mean of whole numbers or booleans is no whole number.
  Mean: (c, { x }, attrs) => reduction("ReduceMean")(c, { x: cast(c, x, "float32") }, attrs),
  Max: reduction("ReduceMax"),
  Min: reduction("ReduceMin"),
  Prod: reduction("ReduceProd", (c, result, times) => operators(c).apply("Pow", result, times)),
  All: (c, { x }, attrs) =>
    cast(c, reduction("ReduceMin")(c, { x: cast(c, x, "int32") }, attrs) as Traced, "bool"),
  Any: (c, { x }, attrs) =>
    cast(c, reduction("ReduceMax")(c, { x: cast(c, x, "int32") }, attrs) as Traced, "bool"),
  ArgMax: argExtreme("ArgMax"),
  ArgMin: argExtreme("ArgMin"),
};
