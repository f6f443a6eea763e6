import * as tf from "@tensorflow/tfjs";
import { constant, type Layer, layer, uniform } from "../layer";

/**
 * Σ over heads of `q M W + b`, each head with a matrix M of each sample before its part of the learned W:
 * q `[n, tokens, heads · width]`, M `[n, heads, width, width]` → `[n, tokens, to]`. M W comes first, which is small:
 * q M would be as large as q.
 */
export function headedDense(options: {
  readonly heads: number;
  /** Width of one head. */
  readonly width: number;
  readonly to: number;
}): Layer<[q: tf.Tensor, matrices: tf.Tensor]> {
  const { heads, width, to } = options;
  return layer({
    parameters: { kernel: uniform([heads * width, to], heads * width), bias: constant([to], 0) },
    apply: (weights, q, matrices) => {
      const n = q.shape[0];
      const byHead = tf.reshape(tf.transpose(matrices, [1, 0, 2, 3]), [heads, n * width, width]);
      const products = tf.matMul(byHead, tf.reshape(weights("kernel"), [heads, width, to]));
      const bySample = tf.transpose(tf.reshape(products, [heads, n, width, to]), [1, 3, 0, 2]);
      const kernel = tf.reshape(bySample, [n, to, heads * width]);
      return tf.add(tf.matMul(q, kernel, false, true), weights("bias"));
    },
  });
}
