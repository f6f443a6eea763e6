import { sizeOf } from "../../../array";
import { shapeText } from "../../check";
import type { Shape } from "../ir/graph";
import {
  arrange,
  natural,
  numberOf,
  repeats,
  storedLength,
  type Traced,
  traced,
  transpose,
} from "../ir/layout";
import { broadcast, type Context, cast, type Lowering, numbers, reshape, type Table } from "./lowering";
import { axesOf } from "./reduce";

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/**
 * The part of `x` from `begin` to `end` (exclusive) in steps, per axis, as it is stored. A step of −1 runs
 * backwards, with `end` −1 for "through the first".
 */
export function slice(
  c: Context,
  x: Traced,
  begin: readonly number[],
  end: readonly number[],
  steps: readonly number[] = begin.map(() => 1),
): Traced {
  const shape = x.shape.map((_, i) => Math.max(0, Math.ceil((end[i] - begin[i]) / steps[i])));
  const whole = (axis: number) => shape[axis] === x.shape[axis] && steps[axis] === 1;
  const axes = natural(x.shape.length).filter((axis) => !whole(axis) && storedLength(x, axis) !== 1);
  if (shape.includes(0) || axes.length === 0) {
    if (!shape.includes(0)) return traced(x.value, shape, x.order);
    return numbers(c, x.dtype === "int32" ? "int32" : "float32", shape, []);
  }
  const order = axes.map((axis) => x.order.indexOf(axis));
  const stored = x.value.shape.map((length, i) => (axes.includes(x.order[i]) ? shape[x.order[i]] : length));
  const ends = axes.map((axis) => (end[axis] < 0 ? -(2 ** 31) : end[axis]));
  const starts = axes.map((axis) => begin[axis]);
  const list = [starts, ends, order, axes.map((axis) => steps[axis])].map((values) => c.graph.ints(values));
  return traced(c.graph.node("Slice", [x.value, ...list], x.dtype, stored), shape, x.order);
}

/** `x` with numbers added before and after along each axis; negative counts crop. */
export function pad(c: Context, x: Traced, pads: readonly (readonly [number, number])[], value = 0): Traced {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((length, axis) => length + pads[axis][0] + pads[axis][1]);
  if (numberOf(x) === value) return traced(x.value, shape, x.order);
  let full = x.value.shape.length === 0 ? traced(arrange(c.graph, x, natural(x.shape.length), true)) : x;
  if (pads.some(([before, after], axis) => (before || after) && repeats(full, axis))) {
    full = traced(arrange(c.graph, full, full.order, true), full.shape, full.order);
  }
  const stored = full.value.shape.map((length, i) => {
    const [before, after] = pads[full.order[i]];
    return length + before + after;
  });
  const amounts = [0, 1].flatMap((side) => full.order.map((axis) => pads[axis][side]));
  const inputs = [full.value, c.graph.ints(amounts)];
  if (value !== 0) inputs.push(c.graph.scalar(x.dtype, value));
  return traced(c.graph.node("Pad", inputs, x.dtype, stored, { mode: "constant" }), shape, full.order);
}

/** Joins along an axis, in the order in which the largest part is stored. */
export function concat(c: Context, parts: readonly Traced[], axis: number): Traced {
  const dtypes = parts.map((part) => part.dtype);
  const dtype = (["float32", "int32", "bool"] as const).find((each) => dtypes.includes(each))!;
  const list = parts.filter((part) => sizeOf(part.shape) > 0).map((part) => cast(c, part, dtype));
  if (list.length === 0) return parts[0];
  for (const part of list) {
    const agree = part.shape.length === list[0].shape.length;
    if (!agree || part.shape.some((length, a) => a !== axis && length !== list[0].shape[a])) {
      throw new Error(
        `shapes ${list.map((t) => shapeText(t.shape)).join(" and ")} differ beside axis ${axis}`,
      );
    }
  }
  if (list.length === 1) return list[0];
  const leader = list.reduce((a, b) => (sizeOf(b.value.shape) > sizeOf(a.value.shape) ? b : a));
  const order = leader.value.shape.length === 0 ? natural(leader.shape.length) : leader.order;
  // Axes along which all parts repeat may go on repeating.
  const shared = (a: number) => a !== axis && list.every((part) => storedLength(part, a) === 1);
  const values = list.map((part) => {
    const shape = part.shape.map((length, a) => (shared(a) ? 1 : length));
    return arrange(c.graph, traced(part.value, shape, part.order), order, true);
  });
  const at = order.indexOf(axis);
  const stored = values[0].shape.map((length, i) =>
    i === at ? values.reduce((total, value) => total + value.shape[i], 0) : length,
  );
  const joined = list.reduce((total, part) => total + part.shape[axis], 0);
  const shape = leader.shape.map((length, a) => (a === axis ? joined : length));
  return traced(c.graph.node("Concat", values, leader.dtype, stored, { axis: at }), shape, order);
}

/** Cuts along an axis into parts of these lengths. */
function split(c: Context, x: Traced, sizes: readonly number[], axis: number): Traced[] {
  const shapes = sizes.map((size) => x.shape.map((length, a) => (a === axis ? size : length)));
  if (storedLength(x, axis) === 1 && !sizes.includes(0))
    return shapes.map((shape) => traced(x.value, shape, x.order));
  if (sizes.length === 1) return [x];
  const at = x.order.indexOf(axis);
  const outputs = sizes.map((size) => ({
    type: x.dtype,
    shape: x.value.shape.map((length, i) => (i === at ? size : length)),
  }));
  const values = c.graph.nodeOf("Split", [x.value, c.graph.ints(sizes)], outputs, { axis: at });
  return values.map((value, i) => traced(value, shapes[i], x.order));
}

/** Repeats the whole tensor along each axis; along axes of length 1 at no cost. */
function tile(c: Context, x: Traced, reps: readonly number[]): Traced {
  const shape = x.shape.map((length, axis) => length * reps[axis]);
  const work = natural(x.shape.length).filter((axis) => reps[axis] !== 1 && storedLength(x, axis) !== 1);
  if (work.length === 0) return traced(x.value, shape, x.order);
  const counts = x.order.map((axis) => (work.includes(axis) ? reps[axis] : 1));
  const stored = x.value.shape.map((length, i) => length * counts[i]);
  return traced(c.graph.node("Tile", [x.value, c.graph.ints(counts)], x.dtype, stored), shape, x.order);
}

function reverse(c: Context, x: Traced, axes: readonly number[]): Traced {
  const backwards = x.shape.map((_, axis) => axes.includes(axis));
  return slice(
    c,
    x,
    x.shape.map((length, axis) => (backwards[axis] ? length - 1 : 0)),
    x.shape.map((length, axis) => (backwards[axis] ? -1 : length)),
    backwards.map((back) => (back ? -1 : 1)),
  );
}

const stack: Lowering = (c, inputs, { axis }) => {
  const list = Object.values(inputs);
  const at = axisOf(axis, list[0].shape.length + 1);
  const shape = [...list[0].shape.slice(0, at), 1, ...list[0].shape.slice(at)];
  return concat(
    c,
    list.map((x) => reshape(c, x, shape)),
    at,
  );
};

const unstack: Lowering = (c, { value }, { axis }) => {
  const at = axisOf(axis, value.shape.length);
  const shape = value.shape.filter((_, a) => a !== at);
  const parts = split(c, value, Array<number>(value.shape[at]).fill(1), at);
  return parts.map((part) => reshape(c, part, shape));
};

const stridedSlice: Lowering = (c, { x }, a) => {
  const info = c.slices.sliceInfo(
    [...x.shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  return reshape(c, slice(c, x, info.begin, info.end, info.strides), info.finalShape);
};

const mirrorPad: Lowering = (c, { x }, { paddings, mode }) => {
  // One axis at a time: the mirrored edges are slices that run backwards.
  const skip = mode === "reflect" ? 1 : 0;
  return x.shape.reduce((t, length, axis) => {
    const [before, after] = paddings[axis];
    const edge = (from: number, count: number) => {
      const begin = t.shape.map((_, a) => (a === axis ? from : 0));
      const end = t.shape.map((size, a) => (a === axis ? from - count : size));
      return slice(
        c,
        t,
        begin,
        end,
        t.shape.map((_, a) => (a === axis ? -1 : 1)),
      );
    };
    const parts = [t];
    if (before > 0) parts.unshift(edge(before - 1 + skip, before));
    if (after > 0) parts.push(edge(length - 1 - skip, after));
    return concat(c, parts, axis);
  }, x);
};

/** Moves blocks of channels into pixels. */
const depthToSpace: Lowering = (c, { x }, { blockSize: block, dataFormat }) => {
  const last = dataFormat === "NHWC";
  const [n, h, w, depth] = last ? x.shape : [0, 2, 3, 1].map((axis) => x.shape[axis]);
  const nhwc = last ? x : transpose(x, [0, 2, 3, 1]);
  const channels = depth / (block * block);
  const cut = reshape(c, nhwc, [n, h, w, block, block, channels]);
  const joined = reshape(c, transpose(cut, [0, 1, 3, 2, 4, 5]), [n, h * block, w * block, channels]);
  return last ? joined : transpose(joined, [0, 3, 1, 2]);
};

const range = (length: number, at: (i: number) => number) => Array.from({ length }, (_, i) => at(i));

export const shapeTable: Table = {
  Reshape: (c, { x }, { shape }) => {
    const known = -sizeOf(shape);
    const whole = shape.map((length: number) => (length === -1 ? sizeOf(x.shape) / known : length));
    return reshape(c, x, whole);
  },
  ExpandDims: (c, { input }, { dim }) => {
    const at = axisOf(dim, input.shape.length + 1);
    return reshape(c, input, [...input.shape.slice(0, at), 1, ...input.shape.slice(at)]);
  },
  Transpose: (_, { x }, { perm }) => transpose(x, perm),
  BroadcastTo: (c, { x }, { shape }) => broadcast(c, x, shape),
  Tile: (c, { x }, { reps }) => tile(c, x, reps),
  Concat: (c, inputs, { axis }) => {
    const list = Object.values(inputs);
    return concat(c, list, axisOf(axis, list[0].shape.length));
  },
  SplitV: (c, { x }, { numOrSizeSplits, axis }) => {
    const at = axisOf(axis, x.shape.length);
    return split(c, x, c.util.prepareSplitSize({ shape: x.shape } as never, numOrSizeSplits, at), at);
  },
  Pack: stack,
  Unpack: unstack,
  Slice: (c, { x }, { begin, size }) => {
    const [from, lengths] = c.slices.parseSliceParams(
      { shape: x.shape, rank: x.shape.length } as never,
      begin,
      size,
    );
    return slice(
      c,
      x,
      from,
      from.map((b, axis) => b + lengths[axis]),
    );
  },
  StridedSlice: stridedSlice,
  Reverse: (c, { x }, { dims }) => reverse(c, x, axesOf(dims, x.shape.length)),
  PadV2: (c, { x }, { paddings, constantValue }) => pad(c, x, paddings, constantValue),
  MirrorPad: mirrorPad,
  DepthToSpace: depthToSpace,
  Fill: (c, _, { shape, value, dtype }) => traced(c.graph.scalar(dtype ?? "float32", value), shape as Shape),
  Range: (c, _, { start, stop, step: given, dtype }) => {
    const step = stop < start && given === 1 ? -1 : given; // tfjs runs backwards where no step is given
    const length = Math.max(0, Math.ceil((stop - start) / step));
    return numbers(
      c,
      dtype ?? "float32",
      [length],
      range(length, (i) => start + i * step),
    );
  },
  LinSpace: (c, _, { start, stop, num }) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    return numbers(
      c,
      "float32",
      [num],
      range(num, (i) => start + i * step),
    );
  },
};
