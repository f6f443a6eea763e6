import type { Value } from "../ir/graph";
import { elementwise, withValue } from "../lower/lowering";
import { rewrite } from "../lower/operation";

/**
 * log(sigmoid(x)) → −softplus(−x), and in its gradient dy / y · (y · (1 − y)) → dy · (1 − y): onnxruntime's
 * sigmoid is 0 below −18, where the one would be −∞ and the other NaN.
 */
export const logSigmoid = rewrite("log-sigmoid", (c, operation) => {
  if (operation.kind !== "elementwise") return undefined;
  const { op, operands } = operation;
  const [a, b] = operands;
  if (op === "Log" && isSigmoid(a.value)) {
    const x = withValue(a, a.value.node.inputs[0]);
    return elementwise(c, "Neg", [elementwise(c, "Softplus", [elementwise(c, "Neg", [x])])]);
  }
  const [dy, y] = op === "Mul" && a.value.node?.op === "Div" ? a.value.node.inputs : [];
  if (!y || !isSigmoid(y) || a.shape.join() !== b.shape.join() || a.order.join() !== b.order.join()) {
    return undefined;
  }
  const rest =
    b.value.node?.op === "Mul" && b.value.node.inputs[0] === y ? b.value.node.inputs[1] : undefined;
  if (rest?.node?.op !== "Sub" || !isOne(rest.node.inputs[0]) || rest.node.inputs[1] !== y) return undefined;
  return withValue(b, c.graph.node("Mul", [dy, rest], "float32", b.value.shape));
});

const isSigmoid = (value: Value): value is Value & { readonly node: NonNullable<Value["node"]> } =>
  value.node?.op === "Sigmoid";

const isOne = ({ data, shape }: Value) => shape.length === 0 && data?.[0] === 1;
