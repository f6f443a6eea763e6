import type { backend_util } from "@tensorflow/tfjs-core";
import type { Attributes, Shape, Value } from "../ir/graph";
import { arrange, natural, type Traced, traced, transpose } from "../ir/layout";
import type { Attrs, Context } from "./lowering";
import { pad, slice } from "./shape";

export type Geometry = ReturnType<typeof backend_util.computeConv2DInfo>;

/** tfjs has images as NHWC; stored in this order they are the NCHW that ONNX wants. */
export const nchw = [0, 3, 1, 2];

/** Every number stored, in one given order. */
export const stored = (c: Context, x: Traced, order: readonly number[]): Value =>
  arrange(c.graph, x, order, true);

/** An image of either format as NHWC; the numbers stay where they are. */
export const toLast = (x: Traced, format: string): Traced =>
  format === "NCHW" ? transpose(x, [0, 2, 3, 1]) : x;

export const fromLast = (x: Traced, format: string): Traced =>
  format === "NCHW" ? transpose(x, [0, 3, 1, 2]) : x;

type Four = [number, number, number, number];

/**
 * Sizes and paddings as tfjs itself computes them, from an image in NHWC; see `fitted`.
 * @param output the convolution's result, where it is known, as in a gradient
 */
export function geometry(
  c: Context,
  input: Shape,
  filter: Shape,
  a: Attrs,
  { depthwise = false, output }: { readonly depthwise?: boolean; readonly output?: Shape } = {},
): Geometry {
  // Paddings of each side are given in the order of the axes.
  const pad = Array.isArray(a.pad) && a.dataFormat === "NCHW" ? [0, 2, 3, 1].map((k) => a.pad[k]) : a.pad;
  const info = c.util.computeConv2DInfo(
    [...input] as Four,
    [...filter] as Four,
    a.strides,
    a.dilations ?? 1,
    pad,
    a.dimRoundingMode,
    depthwise,
  );
  return fitted(info, output);
}

/** @param output the pool's result, where it is known, as in a gradient */
export const poolGeometry = (c: Context, shape: Shape, a: Attrs, output?: Shape): Geometry =>
  fitted(
    c.util.computePool2DInfo([...shape] as Four, a.filterSize, a.strides, 1, a.pad, a.dimRoundingMode),
    output,
  );

/**
 * The geometry with as much padding at the ends as its output takes: where a `dimRoundingMode` rounds the
 * output's size up, its last windows reach beyond the padding that tfjs names.
 */
function fitted(info: Geometry, output: Shape = outputShape(info)): Geometry {
  const [, outHeight, outWidth] = output;
  const { padInfo, filterHeight, filterWidth, dilationHeight, dilationWidth } = info;
  const { strideHeight, strideWidth, inHeight, inWidth } = info;
  const end = (out: number, size: number, stride: number, reach: number, before: number, after: number) => {
    const counted = Math.floor((size + before + after - reach) / stride) + 1;
    if (counted > out) {
      throw new Error(
        `a filter of ${filterHeight} × ${filterWidth} and strides of ${strideHeight} × ${strideWidth} need ` +
          "padding of each side in place of one number",
      );
    }
    return Math.max(after, stride * (out - 1) + reach - size - before);
  };
  const { top, left, bottom, right } = padInfo;
  const tall = dilationHeight * (filterHeight - 1) + 1;
  const wide = dilationWidth * (filterWidth - 1) + 1;
  return {
    ...info,
    outHeight,
    outWidth,
    padInfo: {
      ...padInfo,
      bottom: end(outHeight, inHeight, strideHeight, tall, top, bottom),
      right: end(outWidth, inWidth, strideWidth, wide, left, right),
    },
  };
}

/** Padding in ONNX's order: top, left, bottom, right. */
export const padsOf = ({ padInfo: p }: Geometry): number[] => [p.top, p.left, p.bottom, p.right];

export const outputShape = (info: Geometry): Shape => [
  info.batchSize,
  info.outHeight,
  info.outWidth,
  info.outChannels,
];

export const windowAttributes = (info: Geometry): Attributes => ({
  strides: [info.strideHeight, info.strideWidth],
  pads: padsOf(info),
  kernel_shape: [info.filterHeight, info.filterWidth],
});

/** What a node that makes NCHW images returns, as the NHWC image of `shape` that tfjs knows. */
export function imageNode(
  c: Context,
  op: string,
  inputs: readonly Value[],
  shape: Shape,
  attributes: Attributes,
  domain = "",
): Traced {
  const [n, h, w, channels] = shape;
  return traced(
    c.graph.node(op, inputs, "float32", [n, channels, h, w], attributes, domain),
    [n, h, w, channels],
    nchw,
  );
}

/** A range of an axis: `length` entries from `from` on, which may begin or end outside. */
type Span = readonly [from: number, length: number];

/** The given span of each axis that is named, with zeros beyond its ends. */
export function window(c: Context, x: Traced, spans: Readonly<Record<number, Span | undefined>>): Traced {
  const pads = x.shape.map((size, axis): [number, number] => {
    const [from, length] = spans[axis] ?? [0, size];
    return [-from, from + length - size];
  });
  return pad(c, x, pads);
}

/** The input pixels that tap (i, j) of a filter meets, one for each output pixel. */
export function patch(c: Context, x: Traced, info: Geometry, i: number, j: number): Traced {
  const { top, left } = info.padInfo;
  const { strideHeight, strideWidth } = info;
  const met = window(c, x, {
    1: [i * info.dilationHeight - top, strideHeight * (info.outHeight - 1) + 1],
    2: [j * info.dilationWidth - left, strideWidth * (info.outWidth - 1) + 1],
  });
  return slice(c, met, [0, 0, 0, 0], met.shape, [1, strideHeight, strideWidth, 1]);
}

/** All taps (row, column) of a filter. */
export const tapsOf = (info: Geometry): [number, number][] =>
  natural(info.filterHeight).flatMap((i) => natural(info.filterWidth).map((j): [number, number] => [i, j]));
