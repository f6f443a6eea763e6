import { type Attributes, microsoft, type Shape, type Value } from "../graph";
import { natural, reshape, type Traced, traced, transpose } from "../traced";
import {
  fromLast,
  type Geometry,
  geometry,
  imageNode,
  nchw,
  outputShape,
  padsOf,
  patch,
  places,
  stored,
  toLast,
  window,
  windowAttributes,
} from "./image";
import type { Attrs, Context, Inputs, Table } from "./lowering";
import { finishFused } from "./matmul";
import { reduce } from "./reduce";
import { concat, pad, slice } from "./shape";

/** tfjs filters are [height, width, in, out]; ONNX wants [out, in, height, width]. */
const outFirst = [3, 2, 0, 1];
const inFirst = [2, 3, 0, 1];

function conv2d(c: Context, { x, filter }: Inputs, a: Attrs): Traced {
  const image = toLast(x, a.dataFormat);
  const info = geometry(c, image.shape, filter.shape, a);
  const out = convolve(c, image, filter, "forward", outputShape(info), {
    ...windowAttributes(info),
    dilations: [info.dilationHeight, info.dilationWidth],
  });
  return fromLast(out, a.dataFormat);
}

/**
 * A convolution by `filter`, or with "back" by the filter with input and output exchanged.
 *
 * onnxruntime computes much faster on images in blocks of channels, and turns to them by itself where the
 * filter is a constant. Where it is trained, its own operators for that are named here.
 */
function convolve(
  c: Context,
  image: Traced,
  filter: Traced,
  direction: "forward" | "back",
  shape: Shape,
  attributes: Attributes,
): Traced {
  const [kh, kw, from, to] = filter.shape;
  const blocks = c.channelBlock > 0 && from % c.channelBlock === 0 && to % c.channelBlock === 0;
  if (!blocks || kh * kw === 1 || isConstant(filter.value)) {
    const weights = stored(c, filter, direction === "forward" ? outFirst : inFirst);
    return imageNode(c, "Conv", [stored(c, image, nchw), weights], shape, attributes);
  }
  const { channelBlock: block, graph } = c;
  const domain = "com.microsoft.nchwc";
  const order = direction === "forward" ? [4, 2, 0, 1, 3, 5] : [2, 4, 0, 1, 5, 3];
  const cut = [kh, kw, from / block, block, to / block, block];
  const moved = transpose(reshape(graph, traced(stored(c, filter, natural(4))), cut), order);
  const weights = stored(
    c,
    reshape(
      graph,
      traced(stored(c, moved, natural(6))),
      direction === "forward" ? [to, from, kh, kw] : [from, to, kh, kw],
    ),
    natural(4),
  );
  const pixels = stored(c, image, nchw);
  const blocked = graph.node("ReorderInput", [pixels], "float32", pixels.shape, { channels_last: 0 }, domain);
  const all = { dilations: [1, 1], group: 1, ...attributes };
  const out = imageNode(c, "Conv", [blocked, weights], shape, all, domain);
  const back = { channels: shape[3], channels_last: 0 };
  return imageNode(c, "ReorderOutput", [out.value], shape, back, domain);
}

/** Whether a value is known while tracing. */
const isConstant = ({ data, node }: Value): boolean =>
  data !== undefined || (node?.inputs.every((value) => isConstant(value)) ?? false);

/** The gradient with respect to the image; also tfjs's transposed convolution. */
function conv2dInput(c: Context, { dy, filter }: Inputs, a: Attrs): Traced {
  const last = a.dataFormat === "NCHW" ? [0, 2, 3, 1].map((axis) => a.inputShape[axis]) : a.inputShape;
  const info = geometry(c, last, filter.shape, a);
  return fromLast(spread(c, toLast(dy, a.dataFormat), filter, info), a.dataFormat);
}

/** Each output pixel back over the input pixels that made it. */
function spread(c: Context, dy: Traced, filter: Traced, info: Geometry): Traced {
  const shape = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  const [top, left, bottom, right] = padsOf(info);
  const [kh, kw, from, to] = filter.shape;
  if (info.strideHeight === 1 && info.strideWidth === 1) {
    // A convolution with the filter turned around is faster than ONNX's ConvTranspose.
    const turned = slice(c, filter, [kh - 1, kw - 1, 0, 0], [-1, -1, from, to], [-1, -1, 1, 1]);
    const around = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right];
    const [above, before, below, after] = around.map((amount) => Math.min(0, amount));
    const seen = pad(c, dy, [
      [0, 0],
      [above, below],
      [before, after],
      [0, 0],
    ]);
    return convolve(c, seen, turned, "back", shape, {
      strides: [1, 1],
      pads: around.map((amount) => Math.max(0, amount)),
      kernel_shape: [kh, kw],
    });
  }
  const reached = (out: number, stride: number, k: number, before: number, after: number) =>
    stride * (out - 1) + k - before - after;
  return imageNode(c, "ConvTranspose", [stored(c, dy, nchw), stored(c, filter, outFirst)], shape, {
    ...windowAttributes(info),
    output_padding: [
      info.inHeight - reached(info.outHeight, info.strideHeight, kh, top, bottom),
      info.inWidth - reached(info.outWidth, info.strideWidth, kw, left, right),
    ],
  });
}

/**
 * The gradient with respect to the filter: for each filter place, the shifted image times dy, summed over
 * batch and pixels. With stride 1, columns shift the image and rows shift dy, so that kw + kh copies serve
 * instead of kw · kh; the image's are joined for larger products.
 */
function conv2dFilter(c: Context, { x, dy }: Inputs, a: Attrs): Traced {
  const image = toLast(x, a.dataFormat);
  const slope = toLast(dy, a.dataFormat);
  const info = geometry(c, image.shape, a.filterShape, a);
  const [kh, kw, from, to] = a.filterShape;
  if (info.strideHeight !== 1 || info.strideWidth !== 1) {
    const patches = places(info).map(([i, j]) => patch(c, image, info, i, j));
    return reshape(c.graph, innerProduct(c, concat(c, patches, 3), slope), a.filterShape);
  }
  const columns = shiftedColumns(c, image, info);
  const parts = natural(kh).map((i) => {
    const row = window(c, slope, 1, info.padInfo.top - i, info.inHeight);
    return reshape(c.graph, innerProduct(c, columns, row), [1, kw, from, to]);
  });
  return concat(c, parts, 0);
}

/** Narrow images' columns are shifted by a matrix product, which runs on all cores; a copy doesn't. */
const narrow = 40;

/** For each column of the filter the image's columns that it meets, `[n, h, outWidth, kw · in]`. */
function shiftedColumns(c: Context, image: Traced, info: Geometry): Traced {
  const { filterWidth: kw, inHeight, inWidth, outWidth, inChannels, padInfo } = info;
  const shifts = natural(kw);
  if (kw === 1 || inWidth > narrow || outWidth > narrow) {
    return concat(
      c,
      shifts.map((j) => window(c, image, 2, j - padInfo.left, outWidth)),
      3,
    );
  }
  const band = new Float32Array(kw * inWidth * outWidth);
  for (const j of shifts) {
    for (const out of natural(outWidth)) {
      const at = out + j - padInfo.left;
      if (at >= 0 && at < inWidth) band[(j * inWidth + at) * outWidth + out] = 1;
    }
  }
  const { graph } = c;
  const [n] = image.shape;
  const rows = reshape(graph, traced(stored(c, image, nchw)), [n, 1, inChannels * inHeight, inWidth]);
  const matrices = graph.constant("float32", [kw, inWidth, outWidth], band);
  const shape = [n, kw, inChannels * inHeight, outWidth];
  const shifted = traced(graph.node("MatMul", [rows.value, matrices], "float32", shape));
  return transpose(reshape(graph, shifted, [n, kw * inChannels, inHeight, outWidth]), [0, 2, 3, 1]);
}

/** Σ over batch and pixels of a ⊗ b, `[channels of a, channels of b]`. */
function innerProduct(c: Context, a: Traced, b: Traced): Traced {
  const flat = (t: Traced) => {
    const [n, h, w, channels] = t.shape;
    const pixels = reshape(c.graph, traced(stored(c, t, nchw)), [n, channels, h * w]);
    return pixels.value;
  };
  const shape = [a.shape[0], a.shape[3], b.shape[3]];
  const flags = { transA: 0, transB: 1 };
  const each = c.graph.node("FusedMatMul", [flat(a), flat(b)], "float32", shape, flags, microsoft);
  return reduce(c, "ReduceSum", traced(each), [0], false);
}

export const convTable: Table = {
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dInput,
  Conv2DBackpropFilter: conv2dFilter,
  FusedConv2D: (c, inputs, attrs) => finishFused(c, conv2d(c, inputs, attrs), inputs, attrs),
};
