import * as tf from "@tensorflow/tfjs-core";
import { type Layer, layer } from "../layer";
import { dense } from "./dense";

/**
 * Σ over heads of q M W, plus b, where each head has one matrix M per sample and its part of the learned W: q
 * `[n, tokens, heads · width]`, M `[n, heads, width, width]` → `[n, tokens, to]`. M W is computed first
 * because it is small: q M would be as large as q.
 */
export function headedDense(options: {
  readonly heads: number;
  /** Width of one head. */
  readonly width: number;
  readonly to: number;
}): Layer<[q: tf.Tensor, matrices: tf.Tensor]> {
  const { heads, width, to } = options;
  return layer({
    parameters: dense({ from: heads * width, to }).parameters,
    apply: (weights, q, matrices) => {
      const n = q.shape[0];
      const kernel = tf.reshape(weights("kernel"), [1, heads, width, to]);
      const shared = tf.broadcastTo(kernel, [n, heads, width, to]);
      const products = tf.transpose(tf.matMul(shared, matrices, true, true), [0, 2, 1, 3]);
      const together = tf.reshape(products, [n, to, heads * width]);
      return tf.add(tf.matMul(q, together, false, true), weights("bias"));
    },
  });
}
