import { broadcastShapes, numberOf, traced } from "../ir/layout";
import { broadcast } from "../lower/lowering";
import { rewrite } from "../lower/operation";

interface Arithmetic {
  readonly compute: (a: number, b: number) => number;
  /** The operand on that side that leaves the other as it is. */
  readonly left?: number;
  readonly right?: number;
}

const arithmetic: Readonly<Record<string, Arithmetic>> = {
  Add: { compute: (a, b) => a + b, left: 0, right: 0 },
  Sub: { compute: (a, b) => a - b, right: 0 },
  Mul: { compute: (a, b) => a * b, left: 1, right: 1 },
  Div: { compute: (a, b) => a / b, right: 1 },
};

/** 2 + 3 → 5, and x + 0, x − 0, 1 · x, x / 1 → x. tfjs's gradients are full of them. */
export const constants = rewrite("constants", (c, operation) => {
  if (operation.kind !== "elementwise" || !Object.hasOwn(arithmetic, operation.op)) return undefined;
  const { compute, left, right } = arithmetic[operation.op];
  const [a, b] = operation.operands;
  const [x, y] = [numberOf(a), numberOf(b)];
  const shape = broadcastShapes([a.shape, b.shape]);
  if (x !== undefined && y !== undefined && a.dtype === "float32") {
    return traced(c.graph.scalar("float32", Math.fround(compute(x, y))), shape);
  }
  if (y !== undefined && y === right) return broadcast(c, a, shape);
  return x !== undefined && x === left ? broadcast(c, b, shape) : undefined;
});
