import type { Value } from "../ir/graph";
import { natural, type Traced, traced } from "../ir/layout";
import { type Context, rewrite } from "../lower/operation";

/**
 * (x − mean(x)) · 1/√(var(x) + ε) over the last axis → LayerNormalization, which gives both the product and,
 * as another result, 1/√(var(x) + ε).
 */
export const layerNormalization = rewrite("layer-norm", (c, operation) => {
  if (operation.kind !== "elementwise") return undefined;
  const [a, b] = operation.operands;
  if (operation.op === "Reciprocal") return inverseDeviation(c, a);
  return operation.op === "Mul" ? (normalised(a, b) ?? normalised(b, a)) : undefined;
});

/**
 * The reciprocal of `root`, if that is √(variance + ε) over the last axis: the root of a number plus the mean
 * square of something minus its mean.
 */
function inverseDeviation(c: Context, root: Traced): Traced | undefined {
  const sum = root.value.node?.op === "Sqrt" ? root.value.node.inputs[0].node : undefined;
  if (sum?.op !== "Add" || root.order.join() !== natural(root.shape.length).join()) return undefined;
  const [variance, epsilon] = sum.inputs;
  const squares = averagedOverLastAxis(variance);
  if (!squares || !epsilon.data || epsilon.shape.length > 0) return undefined;
  const [a, b] = squares.node?.op === "Mul" ? squares.node.inputs : [];
  const x = a && a === b && uncentred(a);
  if (!x) return undefined;
  const width = x.shape[x.shape.length - 1];
  const [, , inverse] = c.graph.nodeOf(
    "LayerNormalization",
    [x, c.graph.ones([width])],
    [x, variance, variance].map(({ shape }) => ({ type: "float32", shape })),
    { axis: -1, epsilon: { float: Number(epsilon.data[0]) } },
  );
  return traced(inverse, root.shape);
}

/** (x − mean) · 1/deviation, if `inverse` comes from `inverseDeviation` of the same x. */
function normalised(centred: Traced, inverse: Traced): Traced | undefined {
  const { node } = inverse.value;
  if (node?.op !== "LayerNormalization" || node.outputs[2] !== inverse.value) return undefined;
  if (uncentred(centred.value) !== node.inputs[0]) return undefined;
  return traced(node.outputs[0], centred.shape, centred.order);
}

/** x, given x minus its mean over the last axis. */
function uncentred({ node }: Value): Value | undefined {
  if (node?.op !== "Sub") return undefined;
  const [x, mean] = node.inputs;
  return averagedOverLastAxis(mean) === x ? x : undefined;
}

/** What a mean over the last axis, kept with length 1, is taken of. */
function averagedOverLastAxis({ node }: Value): Value | undefined {
  if (node?.op !== "ReduceMean" || node.attributes.keepdims !== 1) return undefined;
  const [x, axes] = node.inputs;
  const last = x.shape.length - 1;
  return axes.data?.length === 1 && Number(axes.data[0]) === last ? x : undefined;
}
