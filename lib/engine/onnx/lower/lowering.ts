import { sizeOf } from "../../../array";
import { shapeText } from "../../check";
import type { Attributes, Shape, Value } from "../ir/graph";
import {
  type Aligned,
  align,
  broadcastShapes,
  type Dtype,
  natural,
  reshapeStored,
  type Traced,
  traced,
  tracedConstant,
} from "../ir/layout";
import { type Context, rewritten } from "./operation";

export type { Context } from "./operation";

/** A kernel's tensors by tfjs's names for them; by number where tfjs passes a list. */
export type Inputs = Readonly<Record<string, Traced>>;

/** Expresses a tfjs kernel in ONNX nodes. `attrs` are the kernel's, as tfjs documents them. */
export type Lowering = (c: Context, inputs: Inputs, attrs: Attrs) => Traced | Traced[];

// biome-ignore lint/suspicious/noExplicitAny: each kernel has its own attributes, typed by tfjs only by name
export type Attrs = Readonly<Record<string, any>>;

export type Table = Readonly<Record<string, Lowering>>;

/** An elementwise ONNX operator, with broadcasting. */
export function elementwise(
  c: Context,
  op: string,
  operands: readonly Traced[],
  dtype: Dtype = operands[0].dtype,
  attributes: Attributes = {},
): Traced {
  const better = rewritten(c, { kind: "elementwise", op, operands, dtype, attributes });
  if (better) return better;
  const shape = broadcastShapes(operands.map((t) => t.shape));
  const ranked = operands.map((t) => (t.value.shape.length === 0 ? t : ofRank(c, t, shape.length)));
  return aligned(c, op, align(c.graph, ranked, shape), dtype, attributes);
}

/** The tensor with axes of length 1 prepended up to this rank. */
function ofRank(c: Context, t: Traced, rank: number): Traced {
  if (t.shape.length === rank) return t;
  return reshape(c, t, [...Array<number>(rank - t.shape.length).fill(1), ...t.shape]);
}

/** A node whose output has the order and shape of aligned operands. */
export function aligned(
  c: Context,
  op: string,
  { values, stored, shape, order }: Aligned,
  dtype: Dtype,
  attributes: Attributes = {},
  domain = "",
): Traced {
  return traced(c.graph.node(op, values, dtype, stored, attributes, domain), shape, order);
}

/** Another shape for the same numbers. */
export function reshape(c: Context, x: Traced, shape: Shape): Traced {
  if (x.shape.join() === shape.join()) return x;
  if (sizeOf(x.shape) !== sizeOf(shape)) {
    throw new Error(`shape ${shapeText(x.shape)} can't become ${shapeText(shape)}: its size differs`);
  }
  return rewritten(c, { kind: "reshape", x, shape }) ?? reshapeStored(c.graph, x, shape);
}

/** The same tensor repeated to a larger shape, as broadcasting does. */
export function broadcast(c: Context, t: Traced, shape: Shape): Traced {
  if (t.shape.join() === shape.join()) return t;
  const { value, order } = ofRank(c, t, shape.length);
  return traced(value, shape, order);
}

export const scalar = (c: Context, value: number, dtype: Dtype = "float32"): Traced =>
  traced(c.graph.scalar(dtype, value));

/** A constant from ordinary numbers. */
export function numbers(
  c: Context,
  dtype: "float32" | "int32",
  shape: Shape,
  data: readonly number[],
): Traced {
  const array = dtype === "int32" ? Int32Array.from(data) : Float32Array.from(data);
  return tracedConstant(c.graph, dtype, shape, array);
}

/**
 * How many equal parts to cut a length into: the least number from `fewest` to four times as many that
 * divides it; nothing where none does.
 */
export const equalParts = (length: number, fewest: number): number | undefined =>
  natural(4 * fewest + 1).find((count) => count >= fewest && length % count === 0);

/** Another stored value of the same shape and order as that of `t`. */
export const withValue = (t: Traced, value: Value): Traced => traced(value, t.shape, t.order);

/** Casts, with nothing to do when the type is right already. */
export function cast(c: Context, t: Traced, dtype: Dtype): Traced {
  if (t.dtype === dtype) return t;
  const to = { float32: 1, int32: 6, bool: 9 }[dtype];
  return withValue(t, c.graph.node("Cast", [t.value], dtype, t.value.shape, { to }));
}
