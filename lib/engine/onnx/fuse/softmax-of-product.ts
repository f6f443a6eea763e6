import { sizeOf } from "../../../array";
import { microsoft } from "../ir/graph";
import { natural, reshapeValue, traced } from "../ir/layout";
import { rewrite } from "../lower/operation";
import { softmax } from "../lower/softmax";

/** Lengths of an axis along which onnxruntime's Softmax is fast are multiples of this. */
const vector = 16;

/**
 * softmax(a · b) → softmax((bᵀ · aᵀ)ᵀ), where the product was stored transposed to keep its pixels in place:
 * the softmax over a part of its columns is then along the last axis as stored.
 */
export const softmaxOfProduct = rewrite("softmax-of-product", (c, operation) => {
  if (operation.kind !== "softmax" || operation.op !== "Softmax") return undefined;
  const { x, axis } = operation;
  const { value, shape, order } = x;
  const product = value.node?.op === "Reshape" ? value.node.inputs[0] : value;
  const rank = shape.length;
  const pixelsLast = rank > 2 && order.join() === [0, ...natural(rank).slice(2), 1].join();
  if (product.node?.op !== "FusedMatMul" || product.shape.length !== 3 || !pixelsLast || axis !== rank - 1) {
    return undefined;
  }
  const [n, columns, pixels] = product.shape;
  if (n !== shape[0] || pixels !== shape[1] || n * columns * pixels !== sizeOf(shape)) return undefined;
  if (shape[axis] % vector !== 0) return undefined;
  const { inputs, attributes } = product.node;
  const flags = { transA: 1 - Number(attributes.transB), transB: 1 - Number(attributes.transA) };
  const transposed = c.graph.node(
    "FusedMatMul",
    [inputs[1], inputs[0]],
    "float32",
    [n, pixels, columns],
    { ...attributes, ...flags },
    microsoft,
  );
  return softmax(c, "Softmax", traced(reshapeValue(c.graph, transposed, shape)), axis);
});
