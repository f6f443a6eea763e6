import { sizeOf } from "../../../array";
import type { Value } from "../ir/graph";
import { arrange, reshapeValue, traced } from "../ir/layout";
import { depthwiseInputGradient } from "./depthwise";
import { imageNode, nchw, outputShape, poolGeometry, stored, windowAttributes } from "./image";
import type { Lowering, Table } from "./lowering";

const pool =
  (op: string): Lowering =>
  (c, { x }, a) => {
    const info = poolGeometry(c, x.shape, a);
    return imageNode(c, op, [stored(c, x, nchw)], outputShape(info), windowAttributes(info));
  };

/** The output's gradient spread evenly: tfjs divides by the whole window, at the edges too. */
const avgPoolGrad: Lowering = (c, { dy, input }, a) => {
  const { filterHeight, filterWidth } = poolGeometry(c, input.shape, a, dy.shape);
  const share = c.graph.scalar("float32", 1 / (filterHeight * filterWidth));
  const filter = traced(share, [filterHeight, filterWidth, input.shape[3], 1]);
  return depthwiseInputGradient(c, { dy, filter }, { ...a, inputShape: input.shape });
};

/** The output's gradient at each window's greatest pixel. */
const maxPoolGrad: Lowering = (c, { dy: gradOutput, input }, a) => {
  const info = poolGeometry(c, input.shape, a, gradOutput.shape);
  const [n, h, w, channels] = input.shape;
  const out = [n, channels, info.outHeight, info.outWidth];
  const [, index] = c.graph.nodeOf(
    "MaxPool",
    [stored(c, input, nchw)],
    [
      { type: "float32", shape: out },
      { type: "int64", shape: out },
    ],
    windowAttributes(info),
  );
  const flat = (value: Value) => reshapeValue(c.graph, value, [sizeOf(out)]);
  const size = n * channels * h * w;
  const zeros = arrange(c.graph, traced(c.graph.scalar("float32", 0), [size]), [0], true);
  const sums = c.graph.node(
    "ScatterElements",
    [zeros, flat(index), flat(stored(c, gradOutput, nchw))],
    "float32",
    [size],
    {
      reduction: "add",
    },
  );
  return traced(reshapeValue(c.graph, sums, [n, channels, h, w]), input.shape, nchw);
};

export const poolTable: Table = {
  AvgPool: pool("AveragePool"),
  AvgPoolGrad: avgPoolGrad,
  MaxPool: pool("MaxPool"),
  MaxPoolGrad: maxPoolGrad,
};
