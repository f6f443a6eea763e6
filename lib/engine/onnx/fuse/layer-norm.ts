import type { Value } from "../ir/graph";
import { natural, type Traced, traced } from "../ir/layout";
import type { Context } from "../lower/lowering";

/**
 * 1/√(variance + ε) over the last axis, if that is what `x` is under the root: the mean of the squares of
 * something less its mean, plus a number. onnxruntime has all of this in one operator, whose other result is
 * what `normalised` finds.
 */
export function inverseDeviation(c: Context, x: Traced): Traced | undefined {
  const { value } = x;
  if (value.node?.op !== "Add" || x.order.join() !== natural(x.shape.length).join()) return undefined;
  const [variance, epsilon] = value.node.inputs;
  const squares = overLastAxis(variance);
  if (!squares || !epsilon.data || epsilon.shape.length > 0) return undefined;
  const [a, b] = squares.node?.op === "Mul" ? squares.node.inputs : [];
  const of = a && a === b && uncentred(a);
  if (!of) return undefined;
  const width = of.shape[of.shape.length - 1];
  const [, , inverse] = c.graph.nodeOf(
    "LayerNormalization",
    [of, c.graph.ones([width])],
    [of, variance, variance].map(({ shape }) => ({ type: "float32", shape })),
    { axis: -1, epsilon: { float: Number(epsilon.data[0]) } },
  );
  return traced(inverse, x.shape);
}

/** (x − mean) · 1/deviation, if `inverse` comes from `inverseDeviation` of the same x. */
export function normalised(centred: Traced, inverse: Traced): Traced | undefined {
  const { node } = inverse.value;
  if (node?.op !== "LayerNormalization" || node.outputs[2] !== inverse.value) return undefined;
  if (uncentred(centred.value) !== node.inputs[0]) return undefined;
  return traced(node.outputs[0], centred.shape, centred.order);
}

/** x, of something that is x less its mean over the last axis. */
function uncentred({ node }: Value): Value | undefined {
  if (node?.op !== "Sub") return undefined;
  const [x, mean] = node.inputs;
  return overLastAxis(mean) === x ? x : undefined;
}

/** What a mean over the last axis, kept with length 1, is taken of. */
function overLastAxis({ node }: Value): Value | undefined {
  if (node?.op !== "ReduceMean" || node.attributes.keepdims !== 1) return undefined;
  const [x, axes] = node.inputs;
  const last = x.shape.length - 1;
  return axes.data?.length === 1 && Number(axes.data[0]) === last ? x : undefined;
}
