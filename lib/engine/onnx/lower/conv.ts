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
  if (!blocks || isConstant(filter.value)) {
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
 * batch and pixels. Columns shift the image and rows shift dy, so that kw + kh copies serve instead of
 * kw · kh, and one product of all the copies gives the whole filter. With a stride, each block of
 * stride × stride pixels becomes one pixel of more channels first, and the filter one of stride 1.
 */
function conv2dFilter(c: Context, { x, dy }: Inputs, a: Attrs): Traced {
  const image = toLast(x, a.dataFormat);
  const slope = toLast(dy, a.dataFormat);
  const info = geometry(c, image.shape, a.filterShape, a);
  const [kh, kw, from, to] = a.filterShape;
  const [sh, sw] = [info.strideHeight, info.strideWidth];
  const [rows, columns] = [Math.ceil(kh / sh), Math.ceil(kw / sw)];
  const { top, left } = info.padInfo;
  // With stride 1, padding is left to the shifts.
  const tall = sh === 1 ? image : window(c, image, 1, -top, sh * (info.outHeight - 1 + rows));
  const whole = sw === 1 ? tall : window(c, tall, 2, -left, sw * (info.outWidth - 1 + columns));
  const height = whole.shape[1] / sh;
  const joined = blocksToChannels(c, whole, sh, sw);
  const shifted = shiftedColumns(c, joined, columns, sw === 1 ? left : 0, info.outWidth);
  const first = sh === 1 ? top : 0;
  const sums = innerProduct(c, shifted, shiftedRows(c, slope, rows, first, height));
  const places = reshape(c.graph, sums, [columns, sh, sw, from, to, rows]);
  const filter = reshape(c.graph, transpose(places, [5, 1, 0, 2, 3, 4]), [rows * sh, columns * sw, from, to]);
  return slice(c, filter, [0, 0, 0, 0], a.filterShape);
}

/** Each block of sh × sw pixels as one pixel of sh · sw times the channels, those of its first pixel first. */
function blocksToChannels(c: Context, image: Traced, sh: number, sw: number): Traced {
  if (sh === 1 && sw === 1) return image;
  const [n, height, width, channels] = image.shape;
  const shape = [n, height / sh, width / sw, sh * sw * channels];
  if (sh === sw) {
    return imageNode(c, "SpaceToDepth", [stored(c, image, nchw)], shape, { blocksize: sh });
  }
  const cut = reshape(c.graph, image, [n, height / sh, sh, width / sw, sw, channels]);
  return reshape(c.graph, transpose(cut, [0, 1, 3, 2, 4, 5]), shape);
}

/** Narrow images' columns are shifted by a matrix product, which runs on all cores; a copy doesn't. */
const narrow = 40;

/** The columns that each of `count` filter columns meets, `[n, h, outWidth, count · channels]`. */
function shiftedColumns(c: Context, image: Traced, count: number, left: number, outWidth: number): Traced {
  const [n, height, width, channels] = image.shape;
  const shifts = natural(count);
  if (count === 1 || width > narrow || outWidth > narrow) {
    return concat(
      c,
      shifts.map((j) => window(c, image, 2, j - left, outWidth)),
      3,
    );
  }
  const band = new Float32Array(count * width * outWidth);
  for (const j of shifts) {
    for (const out of natural(outWidth)) {
      const at = out + j - left;
      if (at >= 0 && at < width) band[(j * width + at) * outWidth + out] = 1;
    }
  }
  const { graph } = c;
  const rows = reshape(graph, traced(stored(c, image, nchw)), [n, 1, channels * height, width]);
  const matrices = graph.constant("float32", [count, width, outWidth], band);
  const shape = [n, count, channels * height, outWidth];
  const shifted = traced(graph.node("MatMul", [rows.value, matrices], "float32", shape));
  return transpose(reshape(graph, shifted, [n, count * channels, height, outWidth]), [0, 2, 3, 1]);
}

/** The rows of dy that meet each of `height` rows at each of `count` filter rows, `[n, height, w, channels · count]`. */
function shiftedRows(c: Context, slope: Traced, count: number, first: number, height: number): Traced {
  const [n, rows, width, channels] = slope.shape;
  if (count === 1) return window(c, slope, 1, first, height);
  const index = natural(count * height).map((at) => {
    const row = (at % height) + first - Math.floor(at / height);
    return row >= 0 && row < rows ? row : rows; // the row of zeros below
  });
  const { graph } = c;
  const below = graph.ints([0, 0, 0, 0, 0, 0, 1, 0]);
  const padded = [n, channels, rows + 1, width];
  const more = graph.node("Pad", [stored(c, slope, nchw), below], "float32", padded, { mode: "constant" });
  const shape = [n, channels, count * height, width];
  const shifted = graph.node("Gather", [more, graph.ints(index)], "float32", shape, { axis: 2 });
  return transpose(reshape(graph, traced(shifted), [n, channels * count, height, width]), [0, 2, 3, 1]);
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
