import * as tf from "@tensorflow/tfjs-core";
import { dense } from "./dense";

/**
 * softmax(q kᵀ / √width) v in each head, where the heads' queries, keys and values lie side by side: three
 * `[n, tokens, heads · width]` → one.
 */
export function attend([q, k, v]: readonly tf.Tensor[], { heads }: { readonly heads: number }): tf.Tensor {
  const [n, tokens, channels] = q.shape;
  const width = channels / heads;
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [n, tokens, heads, width]), [0, 2, 1, 3]);
  const weights = tf.softmax(tf.mul(tf.matMul(split(q), split(k), false, true), width ** -0.5));
  return tf.reshape(tf.transpose(tf.matMul(weights, split(v)), [0, 2, 1, 3]), [n, tokens, channels]);
}

/**
 * The layers that compute the queries, keys and values of all heads, side by side: `[..., channels]` → `[...,
 * width]` each.
 */
export const projections = ({ channels, width }: { readonly channels: number; readonly width: number }) => ({
  q: dense({ from: channels, to: width, bias: false }),
  k: dense({ from: channels, to: width, bias: false }),
  v: dense({ from: channels, to: width, bias: false }),
});
