import { sizeOf } from "../../../array";
import { shapeText } from "../../check";
import type { ConstantData, Graph, Shape, Value } from "./graph";

export type Dtype = "float32" | "int32" | "bool";

/**
 * A tfjs tensor while it is traced: the shape that tfjs sees, and how its numbers are laid out in the model.
 *
 * `order` says which axis of `shape` each axis of `value` holds, so a transpose costs nothing until somebody
 * needs the numbers in another order; convolutions, which tfjs writes as NHWC and ONNX as NCHW, hand their
 * results on as they are. Where `value` has length 1 and `shape` does not, the elements repeat: a broadcast
 * costs nothing either. A `value` of rank 0 repeats along every axis.
 */
export interface Traced {
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly value: Value;
  readonly order: readonly number[];
}

const count = (length: number): readonly number[] => [...Array(length).keys()];
const naturals = count(8).map(count);

/** `[0, 1, …, rank − 1]` */
export const natural = (rank: number): readonly number[] => naturals[rank] ?? count(rank);

function same(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A tensor whose numbers lie in the order of its shape. */
export function traced(
  value: Value,
  shape: Shape = value.shape,
  order: readonly number[] = natural(shape.length),
): Traced {
  return { dtype: value.type as Dtype, shape, value, order };
}

/** A constant; one whose numbers are all equal is kept as a single number. */
export function tracedConstant(graph: Graph, dtype: Dtype, shape: Shape, data: ConstantData): Traced {
  const value = isUniform(data) ? graph.scalar(dtype, Number(data[0])) : graph.constant(dtype, shape, data);
  return traced(value, shape);
}

/** Whether all numbers are the same, to the bit. tfjs makes large arrays of ones and zeros for gradients. */
function isUniform(data: ConstantData): boolean {
  const wide = data.BYTES_PER_ELEMENT === 4;
  const bits = wide ? new Int32Array(data.buffer, data.byteOffset, data.length) : (data as Uint8Array);
  const first = bits[0];
  for (let i = 1; i < bits.length; i++) if (bits[i] !== first) return false;
  return bits.length > 0;
}

/** The number that a constant repeats, if it is one. */
export function numberOf({ value }: Traced): number | undefined {
  return value.data && value.shape.length === 0 ? Number(value.data[0]) : undefined;
}

/** The length along `axis` of what is stored: the tensor's, or 1 where it repeats. */
export function storedLength(t: Traced, axis: number): number {
  return t.value.shape.length === 0 ? 1 : t.value.shape[t.order.indexOf(axis)];
}

/** Whether elements repeat along `axis`. */
export const repeats = (t: Traced, axis: number): boolean => storedLength(t, axis) !== t.shape[axis];

/** Another shape for a value, without moving numbers. */
export function reshapeValue(graph: Graph, value: Value, shape: Shape): Value {
  if (same(value.shape, shape)) return value;
  if (value.data) return graph.constant(value.type, shape, value.data);
  const from = value.node?.op === "Reshape" ? value.node.inputs[0] : value;
  if (same(from.shape, shape)) return from;
  return graph.node("Reshape", [from, graph.ints(shape)], value.type, shape);
}

/** Whether numbers must move for the axes to lie in this order: whether axes longer than 1 change places. */
function moves(t: Traced, order: readonly number[]): boolean {
  const places = order.map((axis) => t.order.indexOf(axis)).filter((place) => t.value.shape[place] > 1);
  return places.some((place, i) => i > 0 && place < places[i - 1]);
}

/** The stored numbers with the axes in this order; repeated axes stay of length 1 unless `full`. */
export function arrange(graph: Graph, t: Traced, order: readonly number[], full = false): Value {
  let value = t.value;
  if (value.shape.length === 0) {
    value = reshapeValue(
      graph,
      value,
      order.map(() => 1),
    );
  } else if (!same(t.order, order)) {
    const permutation = order.map((axis) => t.order.indexOf(axis));
    const shape = permutation.map((axis) => value.shape[axis]);
    value = moves(t, order)
      ? graph.node("Transpose", [value], value.type, shape, { perm: permutation })
      : reshapeValue(graph, value, shape);
  }
  if (!full) return value;
  const shape = order.map((axis) => t.shape[axis]);
  if (same(value.shape, shape)) return value;
  return graph.node("Expand", [value, graph.ints(shape)], value.type, shape);
}

/** Every number stored, in the order of the shape: what a program returns. */
export const contiguous = (graph: Graph, t: Traced): Value =>
  arrange(graph, t, natural(t.shape.length), true);

export function transpose(t: Traced, permutation: readonly number[]): Traced {
  const shape = permutation.map((axis) => t.shape[axis]);
  const order =
    t.value.shape.length === 0 ? natural(shape.length) : t.order.map((axis) => permutation.indexOf(axis));
  return traced(t.value, shape, order);
}

/**
 * Another shape for the same numbers. Axes that merge or split keep the layout where they are contiguous;
 * otherwise the numbers are first brought into the order of the old shape.
 */
export function reshapeStored(graph: Graph, t: Traced, shape: Shape): Traced {
  if (t.value.shape.length === 0) return traced(t.value, shape);
  if (isPlain(t)) return traced(reshapeValue(graph, t.value, shape), shape);
  const blocks = matchBlocks(t, shape);
  if (!blocks) return traced(reshapeValue(graph, contiguous(graph, t), shape), shape);
  const stored = shape.map(() => 1);
  for (const { to, repeated } of blocks) if (!repeated) for (const axis of to) stored[axis] = shape[axis];
  const order = blocks
    .filter((block) => !block.repeated)
    .sort((a, b) => a.position - b.position)
    .flatMap((block) => block.to);
  if (order.every((axis, i) => i === 0 || axis > order[i - 1]))
    order.splice(0, order.length, ...natural(shape.length));
  for (const axis of natural(shape.length)) {
    if (!order.includes(axis)) order.splice(order.indexOf(axis - 1) + 1, 0, axis);
  }
  const value = reshapeValue(
    graph,
    t.value,
    order.map((axis) => stored[axis]),
  );
  return traced(value, shape, order);
}

/** Whether all numbers are stored, in the order of the shape. */
const isPlain = (t: Traced): boolean => same(t.value.shape, t.shape) && !moved(t);

/** Whether numbers must move, or repeated ones be written out, for the tensor to take another shape. */
export const reshapeMoves = (t: Traced, shape: Shape): boolean =>
  t.value.shape.length > 0 && !isPlain(t) && !matchBlocks(t, shape);

interface Block {
  /** Axes of the new shape that hold these numbers. */
  readonly to: readonly number[];
  /** Where the block lies among the stored axes. */
  readonly position: number;
  readonly repeated: boolean;
}

/** Splits a reshape into blocks of axes with equal products; nothing if a block isn't contiguous. */
function matchBlocks(t: Traced, shape: Shape): Block[] | undefined {
  if (sizeOf(shape) === 0) return undefined;
  const from = natural(t.shape.length).filter((axis) => t.shape[axis] !== 1);
  const to = natural(shape.length).filter((axis) => shape[axis] !== 1);
  const lying = t.order.filter((axis) => t.shape[axis] !== 1);
  const blocks: Block[] = [];
  for (let i = 0, j = 0; i < from.length || j < to.length; ) {
    const axes = [from[i]];
    const targets = [to[j]];
    let before = t.shape[from[i++]];
    let after = shape[to[j++]];
    while (before !== after) {
      if (before < after) {
        axes.push(from[i]);
        before *= t.shape[from[i++]];
      } else {
        targets.push(to[j]);
        after *= shape[to[j++]];
      }
    }
    const repeated = repeats(t, axes[0]);
    if (axes.some((axis) => repeats(t, axis) !== repeated)) return undefined;
    const position = lying.indexOf(axes[0]);
    if (!repeated && axes.some((axis, k) => lying[position + k] !== axis)) return undefined;
    blocks.push({ to: targets, position, repeated });
  }
  return blocks;
}

/** Operands of an elementwise operator, brought to one order, and what their result looks like. */
export interface Aligned {
  readonly values: readonly Value[];
  /** Shape of the stored result. */
  readonly stored: Shape;
  readonly shape: Shape;
  readonly order: readonly number[];
}

const moved = ({ order }: Traced) => !same(order, natural(order.length));

/**
 * Aligns operands of one rank by broadcasting. The largest decides the order, so that a large tensor is never
 * moved for a small one. If axes of length 1 let it fit another's order as well, it takes that one.
 */
export function align(graph: Graph, operands: readonly Traced[], shape: Shape): Aligned {
  const wide = operands.filter((t) => t.value.shape.length > 0);
  if (wide.length === 0) {
    return { values: operands.map((t) => t.value), stored: [], shape, order: natural(shape.length) };
  }
  const leader = wide.reduce((a, b) => {
    const larger = sizeOf(b.value.shape) - sizeOf(a.value.shape);
    return larger > 0 || (larger === 0 && moved(b) && !moved(a)) ? b : a;
  });
  const leads = (t: Traced) => moved(t) && wide.every((other) => !moves(other, t.order));
  const { order } = (!moved(leader) && wide.find(leads)) || leader;
  const values = operands.map((t) => (t.value.shape.length === 0 ? t.value : arrange(graph, t, order)));
  const stored = order.map((_, i) => Math.max(...values.map((value) => value.shape[i] ?? 1)));
  return { values, stored, shape, order };
}

/** @throws if two of the shapes differ along an axis where neither has length 1. */
export function broadcastShapes(shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return natural(rank).map((axis) =>
    shapes.reduce((length, shape) => {
      const other = shape[axis - rank + shape.length] ?? 1;
      if (other !== 1 && length !== 1 && other !== length) {
        throw new Error(`shapes ${shapes.map(shapeText).join(" and ")} don't broadcast together`);
      }
      return other === 1 ? length : other;
    }, 1),
  );
}
