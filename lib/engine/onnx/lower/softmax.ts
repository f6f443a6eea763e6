import { microsoft } from "../ir/graph";
import { natural, repeats, reshapeValue, type Traced, traced } from "../ir/layout";
import { operators } from "./elementwise";
import { type Context, type Lowering, type Table, withValue } from "./lowering";
import { axesOf, reduce } from "./reduce";

/** Lengths of an axis along which onnxruntime's Softmax is fast are multiples of this. */
const vector = 16;

/**
 * `x` with `axis` last in store, if it is a product of matrices that was stored the other way round for the sake of
 * its pixels, and the axis a part of its columns.
 */
function turnedProduct(c: Context, x: Traced, axis: number): Traced | undefined {
  const { value, shape, order } = x;
  const product = value.node?.op === "Reshape" ? value.node.inputs[0] : value;
  const rank = shape.length;
  const pixelsLast = order.join() === [0, ...natural(rank).slice(2), 1].join();
  if (product.node?.op !== "FusedMatMul" || product.shape.length !== 3 || !pixelsLast || axis !== rank - 1)
    return undefined;
  if (product.shape[0] !== shape[0] || product.shape[2] !== shape[1] || shape[axis] % vector !== 0)
    return undefined;
  const { inputs, attributes } = product.node;
  const [n, columns, pixels] = product.shape;
  const turned = c.graph.node(
    "FusedMatMul",
    [inputs[1], inputs[0]],
    "float32",
    [n, pixels, columns],
    { ...attributes, transA: 1 - (attributes.transB as number), transB: 1 - (attributes.transA as number) },
    microsoft,
  );
  return traced(reshapeValue(c.graph, turned, shape));
}

/** Softmax and its logarithm, along the axis as it is stored. */
const normalise =
  (op: string): Lowering =>
  (c, { logits: x }, { dim, axis }) => {
    const [only] = axesOf(dim ?? axis, x.shape.length);
    if (repeats(x, only) || x.value.shape.length === 0) {
      const length = x.shape[only];
      return traced(c.graph.scalar("float32", op === "Softmax" ? 1 / length : -Math.log(length)), x.shape);
    }
    const at = x.order.indexOf(only);
    if (at === x.order.length - 1) {
      return withValue(x, c.graph.node(op, [x.value], "float32", x.value.shape, { axis: at }));
    }
    // Along any other axis than the last, onnxruntime's Softmax moves everything twice.
    const turned = op === "Softmax" && turnedProduct(c, x, only);
    if (turned) return normalise(op)(c, { logits: turned }, { dim: only });
    const o = operators(c);
    const shifted = o.sub(x, reduce(c, "ReduceMax", x, [only], true));
    const powers = o.apply("Exp", shifted);
    const sum = reduce(c, "ReduceSum", powers, [only], true);
    return op === "Softmax" ? o.div(powers, sum) : o.sub(shifted, o.apply("Log", sum));
  };

export const softmaxTable: Table = { Softmax: normalise("Softmax"), LogSoftmax: normalise("LogSoftmax") };
