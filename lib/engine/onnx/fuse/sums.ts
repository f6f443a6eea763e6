import { sizeOf } from "../../../array";
import { microsoft, type Shape, type Value } from "../ir/graph";
import { reshapeValue, traced } from "../ir/layout";
import { equalParts } from "../lower/lowering";
import { rewrite } from "../lower/operation";

/** Most rows that are added one after another in float32. */
const mostRows = 4096;

/**
 * A sum over the first axis → a product with a row of ones, which onnxruntime computes on all cores and with
 * wide instructions, unlike its sums over rows. Many rows are added in equal blocks first, so that fewer
 * digits are lost; a number of rows that can't be cut into equal blocks is left as it is.
 */
export const rowSums = rewrite("row-sums", (c, operation) => {
  if (operation.kind !== "reduceStored" || operation.op !== "ReduceSum") return undefined;
  const { graph } = c;
  const { value, axes } = operation;
  if (value.type !== "float32" || axes.join() !== "0") return undefined;
  const [rows, ...rest] = value.shape;
  const width = sizeOf(rest);
  const blocks = equalParts(rows, Math.ceil(rows / mostRows));
  if (!blocks || width < 16) return undefined;
  const product = (a: Value, b: Value, shape: Shape) =>
    graph.node("FusedMatMul", [a, b], "float32", shape, { transA: 0, transB: 0 }, microsoft);
  let sums = value;
  if (blocks > 1) {
    const cut = reshapeValue(graph, value, [blocks, rows / blocks, width]);
    sums = product(graph.ones([1, rows / blocks]), cut, [blocks, 1, width]);
  }
  const flat = reshapeValue(graph, sums, [blocks > 1 ? blocks : rows, width]);
  const total = product(graph.ones([1, flat.shape[0]]), flat, [1, width]);
  return traced(reshapeValue(graph, total, [1, ...rest]));
});

/**
 * Row lengths for which a sum of products is computed as a product of two vectors: on shorter rows that isn't
 * faster, on longer ones it loses digits.
 */
const longRow = { least: 512, most: 2 ** 16 };

/** Σ a · b or its mean over long last axes → a product of vectors, without the products in between. */
export const innerProducts = rewrite("inner-products", (c, operation) => {
  if (operation.kind !== "reduceStored") return undefined;
  const { op, value, axes } = operation;
  const { shape, node } = value;
  const first = shape.length - axes.length;
  const length = sizeOf(shape.slice(first));
  if ((op !== "ReduceSum" && op !== "ReduceMean") || node?.op !== "Mul" || value.type !== "float32") {
    return undefined;
  }
  if (axes.some((axis, i) => axis !== first + i) || length < longRow.least || length > longRow.most) {
    return undefined;
  }
  if (node.inputs.some((input) => sizeOf(input.shape) !== sizeOf(shape))) return undefined;
  const rows = sizeOf(shape.slice(0, first));
  const [a, b] = node.inputs.map((input) => reshapeValue(c.graph, input, [rows, 1, length]));
  const flags = { transA: 0, transB: 1 };
  const sums = c.graph.node("FusedMatMul", [a, b], "float32", [rows, 1, 1], flags, microsoft);
  const left = reshapeValue(c.graph, sums, [...shape.slice(0, first), ...axes.map(() => 1)]);
  if (op === "ReduceSum") return traced(left);
  return traced(c.graph.node("Mul", [left, c.graph.scalar("float32", 1 / length)], "float32", left.shape));
});
