import { type Attributes, microsoft, type Value } from "../ir/graph";
import { align, reshapeValue, type Traced } from "../ir/layout";
import { aligned, withValue } from "../lower/lowering";
import { type Context, rewrite } from "../lower/operation";

/**
 * x · sigmoid(x) → QuickGelu, which is SiLU for α = 1; and x · sigmoid(2 √(2/π) (x + 0.044715 x³)), which is
 * GELU in its approximation by tanh, → FastGelu. A fixed bias along the last axis of x goes into FastGelu.
 */
export const activations = rewrite("activations", (c, operation) => {
  if (operation.kind !== "elementwise" || operation.op !== "Mul") return undefined;
  const [a, b] = operation.operands;
  return gated(c, a, b) ?? gated(c, b, a);
});

function gated(c: Context, x: Traced, gate: Traced): Traced | undefined {
  const { node } = gate.value;
  if (node?.op !== "Sigmoid" || x.dtype !== "float32") return undefined;
  if (x.shape.join() !== gate.shape.join() || x.order.join() !== gate.order.join()) return undefined;
  const [u] = node.inputs;
  if (u === x.value) return fused(c, "QuickGelu", x, { alpha: { float: 1 } });
  if (x.value.shape.length === 0 || !isGeluArgument(u, x.value)) return undefined;
  const sum = fixedBias(x);
  if (!sum) return fused(c, "FastGelu", x);
  const bias = reshapeValue(c.graph, sum.bias, [sum.bias.shape.at(-1) as number]);
  const y = c.graph.node("FastGelu", [sum.x, bias], "float32", sum.x.shape, {}, microsoft);
  return withValue(x, reshapeValue(c.graph, y, x.value.shape));
}

const fused = (c: Context, op: string, x: Traced, attributes: Attributes = {}): Traced =>
  aligned(c, op, align(c.graph, [x], x.shape), "float32", attributes, microsoft);

/** What x is the sum of, if that is something of its last axis and a fixed vector along it. */
function fixedBias({ value }: Traced): { readonly x: Value; readonly bias: Value } | undefined {
  const width = value.shape.at(-1);
  const rows = value.node?.op === "Reshape" ? value.node.inputs[0] : value;
  const bias = rows.node?.op === "Add" && rows.node.inputs.find(({ data }) => data?.length === width);
  const x = bias && cofactor(rows, "Add", (input) => input === bias);
  return x && x.shape.at(-1) === width && bias.shape.at(-1) === width ? { x, bias } : undefined;
}

/** Whether u is 2√(2/π) (x + 0.044715 x³), written x · (a x² + b). */
function isGeluArgument(u: Value, x: Value): boolean {
  const b = 2 * Math.sqrt(2 / Math.PI);
  const cubic = cofactor(u, "Mul", (value) => value === x);
  const square = cubic && cofactor(cubic, "Add", near(b));
  const power = square && cofactor(square, "Mul", near(0.044715 * b));
  return power?.node?.op === "Mul" && power.node.inputs.every((value) => value === x);
}

/** The other operand of a sum or product, one of whose operands is what `is` says. */
function cofactor({ node }: Value, op: string, is: (value: Value) => boolean): Value | undefined {
  if (node?.op !== op) return undefined;
  const [a, b] = node.inputs;
  if (is(a)) return b;
  return is(b) ? a : undefined;
}

const near = (number: number) => (value: Value) =>
  value.shape.length === 0 &&
  value.data !== undefined &&
  Math.abs(Number(value.data[0]) - number) < 1e-6 * Math.abs(number);
