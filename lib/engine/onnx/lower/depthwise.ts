import { natural, type Traced, traced } from "../ir/layout";
import { operators } from "./elementwise";
import { geometry, imageNode, nchw, padsOf, patch, stored, tapsOf, windowAttributes } from "./image";
import { type Attrs, type Context, type Inputs, reshape, type Table } from "./lowering";
import { finishFused } from "./matmul";
import { reduce } from "./reduce";
import { concat } from "./shape";

// Depthwise filters are [height, width, channels, multiplier]; results have channels · multiplier channels.

function depthwise(c: Context, { x, filter }: Inputs, a: Attrs): Traced {
  const info = geometry(c, x.shape, filter.shape, a, { depthwise: true });
  const [, , channels, times] = filter.shape;
  const inputs = [stored(c, x, nchw), filterValue(c, filter)];
  const shape = [info.batchSize, info.outHeight, info.outWidth, channels * times];
  return imageNode(c, "Conv", inputs, shape, {
    ...windowAttributes(info),
    dilations: [info.dilationHeight, info.dilationWidth],
    group: channels,
  });
}

function filterValue(c: Context, filter: Traced) {
  const [kh, kw, channels, times] = filter.shape;
  const flat = reshape(c, traced(stored(c, filter, [2, 3, 0, 1])), [channels * times, 1, kh, kw]);
  return stored(c, flat, natural(4));
}

/** The gradient with respect to the image. */
export function depthwiseInputGradient(c: Context, { dy: gradOutput, filter }: Inputs, a: Attrs): Traced {
  const info = geometry(c, a.inputShape, filter.shape, a, { depthwise: true, output: gradOutput.shape });
  const [kh, kw, channels] = filter.shape;
  const [top, left, bottom, right] = padsOf(info);
  const reached = (out: number, stride: number, k: number, dilation: number, before: number, after: number) =>
    stride * (out - 1) + dilation * (k - 1) + 1 - before - after;
  return imageNode(c, "ConvTranspose", [stored(c, gradOutput, nchw), filterValue(c, filter)], a.inputShape, {
    ...windowAttributes(info),
    dilations: [info.dilationHeight, info.dilationWidth],
    group: channels,
    output_padding: [
      info.inHeight - reached(info.outHeight, info.strideHeight, kh, info.dilationHeight, top, bottom),
      info.inWidth - reached(info.outWidth, info.strideWidth, kw, info.dilationWidth, left, right),
    ],
  });
}

/** The gradient with respect to the filter, tap by tap. */
function depthwiseWeightGradient(c: Context, { x, dy: gradOutput }: Inputs, a: Attrs): Traced {
  const info = geometry(c, x.shape, a.filterShape, a, { depthwise: true, output: gradOutput.shape });
  const [kh, kw, channels, times] = a.filterShape;
  const [n, h, w] = gradOutput.shape;
  const apart = reshape(c, gradOutput, [n, h, w, channels, times]);
  const rows = tapsOf(info).map(([i, j]) => {
    const part = reshape(c, patch(c, x, info, i, j), [n, h, w, channels, 1]);
    const sum = reduce(c, "ReduceSum", operators(c).mul(apart, part), [0, 1, 2], false);
    return reshape(c, sum, [1, channels, times]);
  });
  return reshape(c, concat(c, rows, 0), [kh, kw, channels, times]);
}

export const depthwiseTable: Table = {
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropInput: depthwiseInputGradient,
  DepthwiseConv2dNativeBackpropFilter: depthwiseWeightGradient,
  FusedDepthwiseConv2D: (c, inputs, attrs) => finishFused(c, depthwise(c, inputs, attrs), inputs, attrs),
};
