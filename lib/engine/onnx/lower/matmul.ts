import { sizeOf } from "../../../array";
import { microsoft, type Shape, type Value } from "../ir/graph";
import { arrange, broadcastShapes, contiguous, natural, repeats, type Traced, traced } from "../ir/layout";
import { elementwiseTable } from "./elementwise";
import type { Attrs, Context, Inputs, Lowering, Table } from "./lowering";
import { rewritten } from "./operation";

interface Matrix {
  readonly value: Value;
  readonly transposed: boolean;
}

/** Stored matrices in the order of their batch, each as it is or transposed, whichever needs no copy. */
function matrix(c: Context, t: Traced): Matrix {
  const rank = t.shape.length;
  const plain = natural(rank);
  const swappedOrder = [...plain.slice(0, -2), rank - 1, rank - 2];
  const full = repeats(t, rank - 1) || repeats(t, rank - 2) || t.value.shape.length === 0;
  if (full) return { value: contiguous(c.graph, t), transposed: false };
  const batchOnly = (order: readonly number[]) => {
    const list = order.filter((axis) => t.shape[axis] !== 1 || axis >= rank - 2);
    return list.every(
      (axis, i) => i === 0 || list[i - 1] < axis || (list[i - 1] === rank - 1 && axis === rank - 2),
    );
  };
  const swapped = t.order.indexOf(rank - 1) < t.order.indexOf(rank - 2);
  return swapped && batchOnly(t.order)
    ? { value: arrange(c.graph, t, swappedOrder), transposed: true }
    : { value: arrange(c.graph, t, plain), transposed: false };
}

/**
 * a · b over the last two axes, either transposed; leading axes broadcast. The result is stored transposed
 * where that keeps the order of the larger operand, so that pixels stay where they are.
 */
export function matMul(c: Context, a: Traced, b: Traced, transposeA = false, transposeB = false): Traced {
  const [inner, other] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (inner !== other) throw new Error(`inner lengths ${inner} and ${other} differ`);
  const better = rewritten(c, { kind: "matMul", a, b, transposeA, transposeB });
  if (better) return better;
  const [left, right] = [matrix(c, a), matrix(c, b)];
  const transA = left.transposed !== transposeA;
  const transB = right.transposed !== transposeB;
  const m = a.shape[a.shape.length - (transposeA ? 1 : 2)];
  const n = b.shape[b.shape.length - (transposeB ? 2 : 1)];
  const batch = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2), []]);
  const stored = broadcastShapes([left.value.shape.slice(0, -2), right.value.shape.slice(0, -2), []]);
  const [sizeA, sizeB] = [sizeOf(left.value.shape), sizeOf(right.value.shape)];
  // One row times a matrix is faster than a matrix times one column.
  const [row, column] = [m === 1, n === 1];
  const storeTransposed = row !== column ? column : sizeA > sizeB ? transA : sizeB > sizeA && transB;
  if (!storeTransposed)
    return traced(product(c, left.value, right.value, transA, transB, [...stored, m, n]), [...batch, m, n]);
  const value = product(c, right.value, left.value, !transB, !transA, [...stored, n, m]);
  const order = natural(batch.length + 2);
  return traced(value, [...batch, m, n], [...order.slice(0, -2), batch.length + 1, batch.length]);
}

function product(c: Context, a: Value, b: Value, transA: boolean, transB: boolean, shape: Shape): Value {
  const flags = { transA: Number(transA), transB: Number(transB) };
  return c.graph.node("FusedMatMul", [a, b], "float32", shape, flags, microsoft);
}

/** What tfjs fuses after a product or convolution: a bias and an activation. */
export function finishFused(
  c: Context,
  x: Traced,
  inputs: Readonly<Record<string, Traced | undefined>>,
  attrs: Attrs,
): Traced {
  const { bias, preluActivationWeights: alpha } = inputs;
  const sum = bias ? (elementwiseTable.Add(c, { a: x, b: bias }, {}) as Traced) : x;
  const kernels: Readonly<Record<string, string>> = {
    relu: "Relu",
    relu6: "Relu6",
    elu: "Elu",
    sigmoid: "Sigmoid",
    leakyrelu: "LeakyRelu",
    prelu: "Prelu",
  };
  const kernel = kernels[attrs.activation];
  if (!kernel) return sum;
  const operands: Inputs = alpha ? { x: sum, alpha } : { x: sum };
  return elementwiseTable[kernel](c, operands, { alpha: attrs.leakyreluAlpha }) as Traced;
}

/** A sum of products by subscripts. tfjs has no gradient for it, so ONNX's own operator will do. */
const einsum: Lowering = (c, inputs, { equation }) => {
  const list = Object.values(inputs);
  const { allDims, summedDims, idDims } = c.util.decodeEinsumEquation(equation, list.length);
  const lengths = new Map<number, number>();
  list.forEach((x, i) => {
    idDims[i].forEach((id, axis) => {
      lengths.set(id, x.shape[axis]);
    });
  });
  const kept = natural(allDims.length).filter((id) => !summedDims.includes(id));
  const shape = kept.map((id) => lengths.get(id) as number);
  const letters = (ids: readonly number[]) => ids.map((id) => String.fromCharCode(97 + id)).join("");
  const text = `${idDims.map(letters).join(",")}->${letters(kept)}`;
  const values = list.map((x) => contiguous(c.graph, x));
  return traced(c.graph.node("Einsum", values, "float32", shape, { equation: text }));
};

export const matMulTable: Table = {
  BatchMatMul: (c, { a, b }, { transposeA, transposeB }) => matMul(c, a, b, transposeA, transposeB),
  _FusedMatMul: (c, inputs, attrs) =>
    finishFused(c, matMul(c, inputs.a, inputs.b, attrs.transposeA, attrs.transposeB), inputs, attrs),
  Einsum: einsum,
};
