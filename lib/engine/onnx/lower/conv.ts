import type { backend_util } from "@tensorflow/tfjs";
import { sizeOf } from "../../../array";
import { microsoft, type Shape } from "../graph";
import { arrange, natural, reshape, type Traced, traced, transpose } from "../traced";
import { operators } from "./elementwise";
import type { Attrs, Context, Inputs, Lowering, Table } from "./lowering";
import { finishFused } from "./matmul";
import { reduce } from "./reduce";
import { concat, pad, slice, stored } from "./shape";

type Conv = ReturnType<typeof backend_util.computeConv2DInfo>;

/** NHWC as tfjs has it, held in NCHW as ONNX wants it. */
const nchw = [0, 3, 1, 2];
/** tfjs filters are [height, width, in, out]; ONNX wants [out, in, height, width]. */
const outFirst = [3, 2, 0, 1];
const inFirst = [2, 3, 0, 1];

/** Whatever tfjs calls it, as NHWC; the numbers stay where they are. */
const toLast = (x: Traced, format: string): Traced => (format === "NCHW" ? transpose(x, [0, 2, 3, 1]) : x);
const fromLast = (x: Traced, format: string): Traced => (format === "NCHW" ? transpose(x, [0, 3, 1, 2]) : x);

function geometry(c: Context, input: Shape, filter: Shape, a: Attrs, depthwise = false): Conv {
  return c.util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    a.strides,
    a.dilations ?? 1,
    a.pad,
    a.dimRoundingMode,
    depthwise,
  );
}

const pads = ({ padInfo: p }: Conv) => [p.top, p.left, p.bottom, p.right];

const attributes = (info: Conv, group = 1) => ({
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  pads: pads(info),
  group,
  kernel_shape: [info.filterHeight, info.filterWidth],
});

function imageOf(
  c: Context,
  op: string,
  inputs: Parameters<Context["graph"]["node"]>[1],
  shape: Shape,
  attrs: object,
) {
  const [n, h, w, channels] = shape;
  return traced(c.graph.node(op, inputs, "float32", [n, channels, h, w], attrs as never), shape, nchw);
}

function conv2d(c: Context, { x, filter }: Inputs, a: Attrs): Traced {
  const image = toLast(x, a.dataFormat);
  const info = geometry(c, image.shape, filter.shape, a);
  const inputs = [stored(c, image, nchw), stored(c, filter, outFirst)];
  return fromLast(
    imageOf(c, "Conv", inputs, info.outShape.length === 4 ? lastShape(info) : [], attributes(info)),
    a.dataFormat,
  );
}

const lastShape = (info: Conv): Shape => [info.batchSize, info.outHeight, info.outWidth, info.outChannels];

/** The gradient with respect to the image; also tfjs's transposed convolution. */
function conv2dInput(c: Context, { dy, filter }: Inputs, a: Attrs): Traced {
  const last = a.dataFormat === "NCHW" ? [0, 2, 3, 1].map((axis) => a.inputShape[axis]) : a.inputShape;
  const info = geometry(c, last, filter.shape, a);
  return fromLast(spread(c, toLast(dy, a.dataFormat), filter, info), a.dataFormat);
}

/** Each output pixel back over the input pixels that made it. */
function spread(c: Context, dy: Traced, filter: Traced, info: Conv): Traced {
  const shape = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  const [top, left, bottom, right] = pads(info);
  const [kh, kw] = [info.filterHeight, info.filterWidth];
  if (info.strideHeight === 1 && info.strideWidth === 1) {
    // A convolution with the filter turned around is faster than ONNX's ConvTranspose.
    const turned = slice(
      c,
      filter,
      [kh - 1, kw - 1, 0, 0],
      [-1, -1, filter.shape[2], filter.shape[3]],
      [-1, -1, 1, 1],
    );
    const around = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right];
    const [above, before, below, after] = around.map((amount) => Math.min(0, amount));
    const seen = pad(c, dy, [
      [0, 0],
      [above, below],
      [before, after],
      [0, 0],
    ]);
    const inputs = [stored(c, seen, nchw), stored(c, turned, inFirst)];
    return imageOf(c, "Conv", inputs, shape, {
      strides: [1, 1],
      pads: around.map((amount) => Math.max(0, amount)),
      kernel_shape: [kh, kw],
    });
  }
  const reached = (out: number, stride: number, k: number, before: number, after: number) =>
    stride * (out - 1) + k - before - after;
  const inputs = [stored(c, dy, nchw), stored(c, filter, outFirst)];
  return imageOf(c, "ConvTranspose", inputs, shape, {
    strides: [info.strideHeight, info.strideWidth],
    pads: pads(info),
    kernel_shape: [kh, kw],
    output_padding: [
      info.inHeight - reached(info.outHeight, info.strideHeight, kh, top, bottom),
      info.inWidth - reached(info.outWidth, info.strideWidth, kw, left, right),
    ],
  });
}

/**
 * The gradient with respect to the filter: for each filter place, the shifted image times dy, summed over
 * batch and pixels. The sum runs in one batched matrix product, of all the places at once.
 */
function conv2dFilter(c: Context, { x, dy }: Inputs, a: Attrs): Traced {
  const image = toLast(x, a.dataFormat);
  const slope = toLast(dy, a.dataFormat);
  const info = geometry(c, image.shape, a.filterShape, a);
  const [kh, kw] = [info.filterHeight, info.filterWidth];
  if (info.strideHeight === 1 && info.strideWidth === 1 && info.outHeight === info.inHeight) {
    // Columns shift the image and rows shift dy: kw + kh copies instead of kw · kh.
    const { top, left } = info.padInfo;
    const columns = concat(
      c,
      shifts(kw, (j) => window(c, image, 2, j - left, info.outWidth)),
      3,
    );
    const rows = concat(
      c,
      shifts(kh, (i) => window(c, slope, 1, top - i, info.inHeight)),
      3,
    );
    const product = innerProduct(c, columns, rows); // [kw · in, kh · out]
    const cut = reshape(c.graph, product, [kw, info.inChannels, kh, info.outChannels]);
    return transpose(cut, [2, 0, 1, 3]);
  }
  const patches = concat(
    c,
    places(info).map(([i, j]) => patch(c, image, info, i, j)),
    3,
  );
  return reshape(c.graph, innerProduct(c, patches, slope), info.filterShape);
}

const shifts = <T>(count: number, f: (i: number) => T): T[] => natural(count).map(f);

const places = (info: Conv): [number, number][] =>
  natural(info.filterHeight).flatMap((i) => natural(info.filterWidth).map((j): [number, number] => [i, j]));

/** `length` entries of an axis from `from` on, with zeros where there are none. */
function window(c: Context, x: Traced, axis: number, from: number, length: number): Traced {
  const amounts = x.shape.map((size, a): [number, number] =>
    a === axis ? [-from, from + length - size] : [0, 0],
  );
  return pad(c, x, amounts);
}

/** The input pixels that filter place (i, j) meets, one for each output pixel. */
function patch(c: Context, x: Traced, info: Conv, i: number, j: number): Traced {
  const at = (axis: number, k: number, before: number, stride: number, out: number) => {
    const from = k - before;
    return window(c, x, axis, from, stride * (out - 1) + 1);
  };
  const { top, left } = info.padInfo;
  const rows = at(1, i * info.dilationHeight, top, info.strideHeight, info.outHeight);
  const amounts = window(
    c,
    rows,
    2,
    j * info.dilationWidth - left,
    info.strideWidth * (info.outWidth - 1) + 1,
  );
  const { shape } = amounts;
  return slice(c, amounts, [0, 0, 0, 0], shape, [1, info.strideHeight, info.strideWidth, 1]);
}

/** Σ over batch and pixels of a ⊗ b, `[channels of a, channels of b]`. */
function innerProduct(c: Context, a: Traced, b: Traced): Traced {
  const flat = (t: Traced) => {
    const [n, h, w, channels] = t.shape;
    return c.graph.node("Reshape", [stored(c, t, nchw), c.graph.ints([n, channels, h * w])], "float32", [
      n,
      channels,
      h * w,
    ]);
  };
  const [n] = a.shape;
  const size = [n, a.shape[3], b.shape[3]];
  const each = c.graph.node(
    "FusedMatMul",
    [flat(a), flat(b)],
    "float32",
    size,
    { transA: 0, transB: 1 },
    microsoft,
  );
  return reduce(c, "ReduceSum", traced(each), [0], false);
}

// Depthwise: the filter is [height, width, channels, multiplier], the result has channels · multiplier.

function depthwise(c: Context, { x, filter }: Inputs, a: Attrs): Traced {
  const info = geometry(c, x.shape, filter.shape, a, true);
  const [kh, kw, channels, times] = filter.shape;
  const inputs = [stored(c, x, nchw), depthwiseFilter(c, filter)];
  const shape = [info.batchSize, info.outHeight, info.outWidth, channels * times];
  return imageOf(c, "Conv", inputs, shape, { ...attributes(info, channels), kernel_shape: [kh, kw] });
}

const depthwiseFilter = (c: Context, filter: Traced) => {
  const [kh, kw, channels, times] = filter.shape;
  const flat = reshape(c.graph, traced(stored(c, filter, [2, 3, 0, 1])), [channels * times, 1, kh, kw]);
  return stored(c, flat, natural(4));
};

function depthwiseInput(c: Context, { dy, filter }: Inputs, a: Attrs): Traced {
  const info = geometry(c, a.inputShape, filter.shape, a, true);
  const [kh, kw, channels] = filter.shape;
  const [top, left, bottom, right] = pads(info);
  const reached = (out: number, stride: number, k: number, dilation: number, before: number, after: number) =>
    stride * (out - 1) + dilation * (k - 1) + 1 - before - after;
  const inputs = [stored(c, dy, nchw), depthwiseFilter(c, filter)];
  return imageOf(c, "ConvTranspose", inputs, a.inputShape, {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: pads(info),
    group: channels,
    kernel_shape: [kh, kw],
    output_padding: [
      info.inHeight - reached(info.outHeight, info.strideHeight, kh, info.dilationHeight, top, bottom),
      info.inWidth - reached(info.outWidth, info.strideWidth, kw, info.dilationWidth, left, right),
    ],
  });
}

function depthwiseFilterGradient(c: Context, { x, dy }: Inputs, a: Attrs): Traced {
  const info = geometry(c, x.shape, a.filterShape, a, true);
  const [kh, kw, channels, times] = a.filterShape;
  const [n, h, w] = dy.shape;
  const slope = reshape(c.graph, dy, [n, h, w, channels, times]);
  const sums = places(info).map(([i, j]) => {
    const part = reshape(c.graph, patch(c, x, info, i, j), [n, h, w, channels, 1]);
    return reduce(c, "ReduceSum", operators(c).mul(slope, part), [0, 1, 2], false);
  });
  const rows = sums.map((sum) => reshape(c.graph, sum, [1, channels, times]));
  return reshape(c.graph, concat(c, rows, 0), [kh, kw, channels, times]);
}

const fused =
  (kernel: (c: Context, inputs: Inputs, a: Attrs) => Traced): Lowering =>
  (c, inputs, attrs) =>
    finishFused(c, kernel(c, inputs, attrs), inputs, attrs);

// Pooling

function poolGeometry(c: Context, shape: Shape, a: Attrs): Conv {
  return c.util.computePool2DInfo(
    shape as [number, number, number, number],
    a.filterSize,
    a.strides,
    1,
    a.pad,
    a.dimRoundingMode,
  );
}

const pool =
  (op: string): Lowering =>
  (c, { x }, a) => {
    const info = poolGeometry(c, x.shape, a);
    const { dilations, group, ...rest } = attributes(info);
    return imageOf(c, op, [stored(c, x, nchw)], lastShape(info), rest);
  };

/** dy spread evenly: tfjs divides by the whole window, at the edges too. */
const avgPoolGrad: Lowering = (c, { dy, input }, a) => {
  const info = poolGeometry(c, input.shape, a);
  const channels = input.shape[3];
  const size = info.filterHeight * info.filterWidth;
  const filter = traced(c.graph.scalar("float32", 1 / size), [
    info.filterHeight,
    info.filterWidth,
    channels,
    1,
  ]);
  const attrs = {
    strides: a.strides,
    pad: a.pad,
    dimRoundingMode: a.dimRoundingMode,
    inputShape: input.shape,
  };
  return depthwiseInput(c, { dy, filter }, attrs);
};

/** dy at the place of each window's greatest pixel. */
const maxPoolGrad: Lowering = (c, { dy, input }, a) => {
  const info = poolGeometry(c, input.shape, a);
  const [n, h, w, channels] = input.shape;
  const { dilations, group, ...rest } = attributes(info);
  const out = [n, channels, info.outHeight, info.outWidth];
  const [, index] = c.graph.nodeOf(
    "MaxPool",
    [stored(c, input, nchw)],
    [
      { type: "float32", shape: out },
      { type: "int64", shape: out },
    ],
    rest,
  );
  const flat = (value: typeof index) =>
    c.graph.node("Reshape", [value, c.graph.ints([sizeOf(out)])], value.type, [sizeOf(out)]);
  const size = n * channels * h * w;
  const zeros = arrange(c.graph, traced(c.graph.scalar("float32", 0), [size]), [0], true);
  const sum = c.graph.node(
    "ScatterElements",
    [zeros, flat(index), flat(stored(c, dy, nchw))],
    "float32",
    [size],
    {
      reduction: "add",
    },
  );
  const image = c.graph.node("Reshape", [sum, c.graph.ints([n, channels, h, w])], "float32", [
    n,
    channels,
    h,
    w,
  ]);
  return traced(image, input.shape, nchw);
};

export const convTable: Table = {
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dInput,
  Conv2DBackpropFilter: conv2dFilter,
  FusedConv2D: fused(conv2d),
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropInput: depthwiseInput,
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  FusedDepthwiseConv2D: fused(depthwise),
  AvgPool: pool("AveragePool"),
  MaxPool: pool("MaxPool"),
  AvgPoolGrad: avgPoolGrad,
  MaxPoolGrad: maxPoolGrad,
};
