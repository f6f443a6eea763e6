import type { Attributes, Shape, Value } from "../ir/graph";
import { natural, type Traced, traced, transpose } from "../ir/layout";
import { convolveBlocks, fromBlocks, toBlocks } from "./blocked";
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
  windowAttributes,
} from "./image";
import { type Attrs, type Context, type Inputs, reshape, type Table } from "./lowering";
import { finishFused } from "./matmul";
import { pad, slice } from "./shape";
import { weightGradient } from "./weight-gradient";

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
 * A convolution by `filter`, or with "back" by the filter with input and output channels exchanged.
 *
 * onnxruntime computes much faster on images in blocks of channels, and takes them by itself where the filter
 * is a constant. Where it is trained, the model uses onnxruntime's own operators for that.
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
  const { channelBlock: block } = c;
  const [taken, given] = direction === "forward" ? [from, to] : [to, from];
  // Exchanging two axes is fast, and so is moving whole blocks; both at once isn't.
  const straight = stored(c, filter, direction === "forward" ? natural(4) : [0, 1, 3, 2]);
  const cut = reshape(c, traced(straight), [kh, kw, taken / block, block, given / block, block]);
  const moved = traced(stored(c, transpose(cut, [4, 2, 0, 1, 3, 5]), natural(6)));
  const weights = stored(c, reshape(c, moved, [given, taken, kh, kw]), natural(4));
  const pixels = toBlocks(c, stored(c, image, nchw));
  const [n, height, width] = shape;
  const made = convolveBlocks(c, pixels, weights, [n, given, height, width], attributes);
  return traced(fromBlocks(c, made), shape, nchw);
}

/** Whether a value is known while tracing. */
const isConstant = ({ data, node }: Value): boolean =>
  data !== undefined || (node?.inputs.every((value) => isConstant(value)) ?? false);

/** The gradient with respect to the image; also tfjs's transposed convolution. */
function inputGradient(c: Context, { dy, filter }: Inputs, a: Attrs): Traced {
  const last = a.dataFormat === "NCHW" ? [0, 2, 3, 1].map((axis) => a.inputShape[axis]) : a.inputShape;
  const gradOutput = toLast(dy, a.dataFormat);
  const info = geometry(c, last, filter.shape, a, { output: gradOutput.shape });
  return fromLast(transposedConvolution(c, gradOutput, filter, info), a.dataFormat);
}

/** Spreads each output pixel over the input pixels that made it. */
function transposedConvolution(c: Context, gradOutput: Traced, filter: Traced, info: Geometry): Traced {
  const shape = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  const [top, left, bottom, right] = padsOf(info);
  const [kh, kw, from, to] = filter.shape;
  if (info.strideHeight === 1 && info.strideWidth === 1) {
    // A convolution with the flipped filter is faster than ONNX's ConvTranspose.
    const flipped = slice(c, filter, [kh - 1, kw - 1, 0, 0], [-1, -1, from, to], [-1, -1, 1, 1]);
    const around = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right];
    const [above, before, below, after] = around.map((amount) => Math.min(0, amount));
    const seen = pad(c, gradOutput, [
      [0, 0],
      [above, below],
      [before, after],
      [0, 0],
    ]);
    return convolve(c, seen, flipped, "back", shape, {
      strides: [1, 1],
      pads: around.map((amount) => Math.max(0, amount)),
      kernel_shape: [kh, kw],
    });
  }
  const reached = (out: number, stride: number, k: number, before: number, after: number) =>
    stride * (out - 1) + k - before - after;
  return imageNode(c, "ConvTranspose", [stored(c, gradOutput, nchw), stored(c, filter, outFirst)], shape, {
    ...windowAttributes(info),
    output_padding: [
      info.inHeight - reached(info.outHeight, info.strideHeight, kh, top, bottom),
      info.inWidth - reached(info.outWidth, info.strideWidth, kw, left, right),
    ],
  });
}

export const convTable: Table = {
  Conv2D: conv2d,
  Conv2DBackpropInput: inputGradient,
  Conv2DBackpropFilter: weightGradient,
  FusedConv2D: (c, inputs, attrs) => {
    // A vector has one number for each channel, whatever axis the channels are.
    const perChannel = (t: Traced | undefined) =>
      t && attrs.dataFormat === "NCHW" && t.shape.length === 1 ? reshape(c, t, [t.shape[0], 1, 1]) : t;
    const bias = perChannel(inputs.bias);
    const preluActivationWeights = perChannel(inputs.preluActivationWeights);
    return finishFused(c, conv2d(c, inputs, attrs), { bias, preluActivationWeights }, attrs);
  },
};
