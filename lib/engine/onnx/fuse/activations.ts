import { type Attributes, microsoft, type Value } from "../ir/graph";
import { align, reshape, reshapeValue, type Traced } from "../ir/layout";
import { aligned, type Context, withValue } from "../lower/lowering";

/** x · sigmoid(x) is one fused operator, and so is x · sigmoid(u) with GELU's u. */
export function swish(c: Context, x: Traced, gate: Traced): Traced | undefined {
  if (x.before && gate.before) {
    const before = swish(c, x.before, gate.before);
    return before && reshape(c.graph, before, x.shape);
  }
  const { node } = gate.value;
  if (node?.op !== "Sigmoid" || x.dtype !== "float32") return undefined;
  if (x.shape.join() !== gate.shape.join() || x.order.join() !== gate.order.join()) return undefined;
  const [u] = node.inputs;
  const known =
    u === x.value ? "QuickGelu" : x.value.shape.length > 0 && isGeluSlope(u, x.value) && "FastGelu";
  if (!known) return undefined;
  const attributes: Attributes = known === "QuickGelu" ? { alpha: { float: 1 } } : {};
  const sum = known === "FastGelu" && fixedBias(x);
  if (sum) {
    const bias = reshapeValue(c.graph, sum[1], [sum[1].shape.at(-1) as number]);
    const y = c.graph.node(known, [sum[0], bias], "float32", sum[0].shape, attributes, microsoft);
    return withValue(x, reshapeValue(c.graph, y, x.value.shape));
  }
  return aligned(c, known, align(c.graph, [x], x.shape), "float32", attributes, microsoft);
}

/** What x is the sum of, if that is something of its last axis and a fixed vector along it. */
function fixedBias({ value }: Traced): readonly [x: Value, bias: Value] | undefined {
  const width = value.shape.at(-1);
  const rows = value.node?.op === "Reshape" ? value.node.inputs[0] : value;
  const bias = rows.node?.op === "Add" && rows.node.inputs.find(({ data }) => data?.length === width);
  const x = bias && cofactor(rows, "Add", (input) => input === bias);
  return x && x.shape.at(-1) === width && bias.shape.at(-1) === width ? [x, bias] : undefined;
}

/** Whether u is 2√(2/π) (x + 0.044715 x³), written x · (a x² + b). */
function isGeluSlope(u: Value, x: Value): boolean {
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
