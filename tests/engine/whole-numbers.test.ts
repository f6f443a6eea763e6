import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { compile, type Named, type Values } from "../../lib/engine";
import { expectSame, whole } from "./same";

// int32: what onnxruntime has no kernel for is computed in float32 where tfjs does so, and refused otherwise.

const vector: Values = { shape: [6], data: Int32Array.of(-3, -1, 0, 1, 2, 5) };
const image = whole([1, 4, 4, 1], 1, 9);
const square = whole([3, 3], 2, 9);

test("what tfjs computes of whole numbers in float32, or has nothing to do for, is the same", () =>
  expectSame(
    (
      [
        ["exp", vector, tf.exp],
        ["logSumExp", vector, (x) => tf.logSumExp(x)],
        ["logSoftmax", vector, (x) => tf.logSoftmax(x)],
        ["isInf", vector, tf.isInf],
        ["isNaN", vector, tf.isNaN],
        ["round", vector, tf.round],
        ["step", vector, (x) => tf.step(x)],
        ["prelu", vector, (x) => tf.prelu(x, tf.scalar(2, "int32"))],
        ["resizeBilinear", image, (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [8, 8])],
      ] satisfies [string, Values, (x: tf.Tensor) => tf.Tensor][]
    ).map(([name, x, f]) => ({ name, inputs: [x], f, gradient: false })),
  ));

test.each<[kernel: string, of: Values, f: (x: tf.Tensor) => tf.Tensor]>([
  ["Acos", vector, tf.acos],
  ["Acosh", vector, tf.acosh],
  ["Asin", vector, tf.asin],
  ["Asinh", vector, tf.asinh],
  ["Atan", vector, tf.atan],
  ["Atanh", vector, tf.atanh],
  ["Expm1", vector, tf.expm1],
  ["Log1p", vector, tf.log1p],
  ["Reciprocal", vector, tf.reciprocal],
  ["Selu", vector, tf.selu],
  ["Sinh", vector, tf.sinh],
  ["Softplus", vector, tf.softplus],
  ["Softplus", vector, tf.logSigmoid],
  ["BatchMatMul", square, (x) => tf.matMul(x, x)],
  ["BatchMatMul", vector, (x) => tf.dot(x, x)],
  ["BatchMatMul", vector, (x) => tf.meshgrid(x as tf.Tensor1D, x as tf.Tensor1D)[0]],
  ["Einsum", square, (x) => tf.einsum("ij,jk->ik", x, x)],
  ["MaxPool", image, (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "same")],
  ["ResizeNearestNeighbor", image, (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [8, 8])],
  ["ResizeNearestNeighbor", image, (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [3, 5])],
])("%s says that it needs float32", async (kernel, x, f) => {
  const program = ({ inputs }: { inputs: Named<tf.Tensor> }) => ({ outputs: { y: f(inputs.x) } });
  const compiled = compile({ name: "counts", engine: "onnx", program });
  await expect(compiled.run({ x })).rejects.toThrow(
    new RegExp(
      `^Expected program "counts" to give ${kernel} float32 numbers, since onnxruntime computes it of no others, ` +
        `but received ${kernel}\\(.*int32.*\\)\\. Convert them: tf\\.cast\\(x, "float32"\\)\\.$`,
    ),
  );
  await compiled.dispose();
});
