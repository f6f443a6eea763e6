import { sizeOf } from "../../../array";
import type { Value } from "../ir/graph";
import { arrange, contiguous, natural, storedLength, type Traced, traced } from "../ir/layout";
import { operators } from "./elementwise";
import {
  type Context,
  cast,
  elementwise,
  type Lowering,
  numbers,
  reshape,
  scalar,
  type Table,
  withValue,
} from "./lowering";
import { slice } from "./shape";

const wide = (c: Context, value: Value): Value =>
  c.graph.node("Cast", [value], "int64", value.shape, { to: 7 });

/**
 * Indices below 0 made as wrong as those beyond the end, which a run refuses: ONNX would count them from the
 * end, where tfjs refuses them.
 */
function counted(c: Context, indices: Traced): Traced {
  const o = operators(c);
  const index = cast(c, indices, "int32");
  return o.pick(o.test("Less", index, 0), scalar(c, 2 ** 31 - 1, "int32"), index);
}

const gather: Lowering = (c, { x, indices }, { axis: given, batchDims = 0 }) => {
  const axis = given < 0 ? given + x.shape.length : given;
  const info = c.util.segment_util.collectGatherOpShapeInfo(
    { shape: x.shape, rank: x.shape.length } as never,
    { shape: indices.shape, rank: indices.shape.length } as never,
    axis,
    batchDims,
  );
  const index = contiguous(c.graph, counted(c, indices));
  if (batchDims > 0) {
    // Rows of a flattened [batch, outer, dim, slice]: the batch's offset is added to each index.
    const { batchSize, outerSize, dimSize, sliceSize } = info;
    const rows = reshape(c, x, [batchSize * outerSize * dimSize, sliceSize]);
    const lead = numbers(
      c,
      "int32",
      [batchSize, outerSize, 1],
      natural(batchSize * outerSize).map((i) => i * dimSize),
    );
    const each = reshape(c, traced(index), [batchSize, 1, sizeOf(indices.shape) / batchSize]);
    const absolute = elementwise(c, "Add", [lead, each]);
    const taken = gatherAxis(c, rows, contiguous(c.graph, absolute), 0);
    return reshape(c, taken, info.outputShape);
  }
  return gatherAxis(c, x, index, axis);
};

/** Entries along an axis by index; the indices' own axes take its place. */
function gatherAxis(c: Context, x: Traced, index: Value, axis: number): Traced {
  const shape = [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)];
  if (storedLength(x, axis) === 1 && x.value.shape.length === 0) return traced(x.value, shape);
  if (index.shape.length === 1 && storedLength(x, axis) !== 1) {
    const at = x.order.indexOf(axis);
    const stored = x.value.shape.map((length, i) => (i === at ? index.shape[0] : length));
    return traced(c.graph.node("Gather", [x.value, index], x.dtype, stored, { axis: at }), shape, x.order);
  }
  return traced(c.graph.node("Gather", [contiguous(c.graph, x), index], x.dtype, shape, { axis }));
}

/** Rows summed into the segments that their numbers name: a gather's gradient. */
const segmentSum: Lowering = (c, { x, segmentIds }, { numSegments }) => {
  const shape = [numSegments, ...x.shape.slice(1)];
  const more = [numSegments + 1, ...x.shape.slice(1)];
  const zeros = arrange(c.graph, traced(c.graph.scalar(x.dtype, 0), more), natural(more.length), true);
  // Numbers of no segment, which tfjs leaves out, go to a row beyond the last.
  const o = operators(c);
  const known = o.apply("Min", counted(c, segmentIds), numSegments);
  const ids = wide(c, contiguous(c.graph, reshape(c, known, [sizeOf(segmentIds.shape), 1])));
  const sums = traced(
    c.graph.node("ScatterND", [zeros, ids, contiguous(c.graph, x)], x.dtype, more, { reduction: "add" }),
  );
  return slice(
    c,
    sums,
    more.map(() => 0),
    shape,
  );
};

const scatter: Lowering = (c, { indices, updates }, { shape }) => {
  const zeros = arrange(
    c.graph,
    traced(c.graph.scalar(updates.dtype, 0), shape),
    natural(shape.length),
    true,
  );
  const ids = wide(c, contiguous(c.graph, counted(c, indices)));
  return traced(
    c.graph.node("ScatterND", [zeros, ids, contiguous(c.graph, updates)], updates.dtype, shape, {
      reduction: "add",
    }),
  );
};

const gatherNd: Lowering = (c, { params, indices }) => {
  const depth = indices.shape[indices.shape.length - 1];
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  const ids = wide(c, contiguous(c.graph, counted(c, indices)));
  return traced(c.graph.node("GatherND", [contiguous(c.graph, params), ids], params.dtype, shape));
};

const oneHot: Lowering = (c, { indices }, { depth, onValue, offValue, dtype = "int32" }) => {
  const each = reshape(c, indices, [...indices.shape, 1]);
  const hit = elementwise(c, "Equal", [each, numbers(c, "int32", [depth], natural(depth))], "bool");
  const number = dtype === "bool" ? "int32" : dtype; // onnxruntime chooses among no booleans
  const chosen = elementwise(
    c,
    "Where",
    [hit, scalar(c, onValue, number), scalar(c, offValue, number)],
    number,
  );
  return cast(c, chosen, dtype);
};

const cumulative: Lowering = (c, { x }, { axis, exclusive, reverse }) => {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const full = traced(arrange(c.graph, x, x.order, true), x.shape, x.order);
  const where = c.graph.constant("int64", [], BigInt64Array.of(BigInt(full.order.indexOf(at))));
  return withValue(
    full,
    c.graph.node("CumSum", [full.value, where], x.dtype, full.value.shape, {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    }),
  );
};

export const gatherTable: Table = {
  GatherV2: gather,
  GatherNd: gatherNd,
  UnsortedSegmentSum: segmentSum,
  ScatterNd: scatter,
  OneHot: oneHot,
  Cumsum: cumulative,
};
