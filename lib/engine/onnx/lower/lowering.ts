import type { backend_util, slice_util } from "@tensorflow/tfjs";
import { sizeOf } from "../../../array";
import type { Attributes, Graph, Shape, Value } from "../ir/graph";
import {
  type Aligned,
  align,
  broadcastShapes,
  constant,
  type Dtype,
  reshape,
  type Traced,
  traced,
} from "../ir/layout";

/** What a lowering works with. */
export interface Context {
  readonly graph: Graph;
  /** tfjs's own arithmetic of shapes and paddings, so that both agree. */
  readonly util: typeof backend_util;
  readonly slices: typeof slice_util;
  /** Channels in one block of onnxruntime's blocked convolutions on this machine; 0 without them. */
  readonly channelBlock: number;
}

/** A kernel's tensors by tfjs's names for them; by number where tfjs passes a list. */
export type Inputs = Readonly<Record<string, Traced>>;

/** Says in ONNX nodes what a tfjs kernel computes. `attrs` are the kernel's, as tfjs documents them. */
export type Lowering = (c: Context, inputs: Inputs, attrs: Attrs) => Traced | Traced[];

// biome-ignore lint/suspicious/noExplicitAny: each kernel has its own attributes, typed by tfjs only by name
export type Attrs = Readonly<Record<string, any>>;

export type Table = Readonly<Record<string, Lowering>>;

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

/** An elementwise ONNX operator, with broadcasting. */
export function elementwise(
  c: Context,
  op: string,
  operands: readonly Traced[],
  dtype: Dtype = operands[0].dtype,
  attributes: Attributes = {},
): Traced {
  const shape = broadcastShapes(operands.map((t) => t.shape));
  const earlier = beforeRows(c, operands, shape);
  if (earlier) return reshape(c.graph, elementwise(c, op, earlier, dtype, attributes), shape);
  return aligned(c, op, align(c.graph, operands, shape), dtype, attributes);
}

/** An elementwise operator of one tensor. */
export function mapped(c: Context, op: string, x: Traced, dtype: Dtype = x.dtype): Traced {
  if (x.before) return reshape(c.graph, mapped(c, op, x.before, dtype), x.shape);
  return withValue(x, c.graph.node(op, [x.value], dtype, x.value.shape));
}

/**
 * Operands as they were before pixels became rows, where the last axis stayed what it is and each operand
 * has the rows too, or is the same in all of them.
 */
function beforeRows(c: Context, operands: readonly Traced[], shape: Shape): Traced[] | undefined {
  const { before } = operands.find((t) => t.before && t.shape.join() === shape.join()) ?? {};
  if (!before || before.shape[before.shape.length - 1] !== shape[shape.length - 1]) return undefined;
  const earlier: Traced[] = [];
  for (const t of operands) {
    const last = t.shape[t.shape.length - 1] ?? 1;
    if (sizeOf(t.shape) === last) earlier.push(reshape(c.graph, t, t.shape.length === 0 ? [] : [last]));
    else if (t.shape.join() === shape.join()) earlier.push(reshape(c.graph, t, before.shape));
    else return undefined;
  }
  return earlier;
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
  return constant(c.graph, dtype, shape, array);
}

/** Another stored value of the same shape and order as that of `t`. */
export const withValue = (t: Traced, value: Value): Traced => traced(value, t.shape, t.order);

/** Casts, with nothing to do when the type is right already. */
export function cast(c: Context, t: Traced, dtype: Dtype): Traced {
  if (t.dtype === dtype) return t;
  const to = { float32: 1, int32: 6, bool: 9 }[dtype];
  return withValue(t, c.graph.node("Cast", [t.value], dtype, t.value.shape, { to }));
}
