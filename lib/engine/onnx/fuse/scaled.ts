import { sizeOf } from "../../../array";
import { numberOf, type Traced, traced } from "../ir/layout";
import { elementwise } from "../lower/lowering";
import { type Context, rewrite } from "../lower/operation";

const product = (c: Context, a: Traced, b: Traced): Traced => elementwise(c, "Mul", [a, b]);

/** (x · s)² → x² · s² for a single number s: an optimizer clips gradients by a number and squares them. */
export const scaledSquare = rewrite("scaled-square", (c, operation) => {
  if (operation.kind !== "elementwise" || operation.op !== "Mul") return undefined;
  const [a, b] = operation.operands;
  if (a.value !== b.value || a.order.join() !== b.order.join()) return undefined;
  const { number, rest } = scaled(a) ?? {};
  return number && rest && product(c, product(c, rest, rest), product(c, number, number));
});

/**
 * small · (x · s) → (small · s) · x for a single number s: one pass over the larger tensor instead of two.
 */
export const factorFirst = rewrite("factor-first", (c, operation) => {
  if (operation.kind !== "elementwise" || operation.op !== "Mul") return undefined;
  const [a, b] = operation.operands;
  const [small, large] = sizeOf(a.value.shape) < sizeOf(b.value.shape) ? [a, b] : [b, a];
  if (sizeOf(small.value.shape) === sizeOf(large.value.shape)) return undefined;
  const { number, rest } = scaled(large) ?? {};
  return number && rest && product(c, product(c, small, number), rest);
});

/**
 * Whether a factor can be moved among others: a constant such as 1e24 may be what keeps a product of very
 * small numbers from being 0.
 */
const isOrdinary = (factor: Traced): boolean => {
  const number = Math.abs(numberOf(factor) ?? 1);
  return number > 2 ** -20 && number < 2 ** 20;
};

/** A product of a single ordinary number and something larger. */
function scaled({ value, shape, order }: Traced): { number: Traced; rest: Traced } | undefined {
  const { node } = value;
  if (node?.op !== "Mul" || value.shape.length === 0) return undefined;
  const number = node.inputs.find((input) => input.shape.length === 0);
  const x = node.inputs.find((input) => input !== number);
  if (!number || x?.shape.length !== value.shape.length) return undefined;
  const factor = traced(number);
  return isOrdinary(factor) ? { number: factor, rest: traced(x, shape, order) } : undefined;
}
