import * as tf from "@tensorflow/tfjs-core";
import { gated } from "./gated";

const scale = 2 * Math.sqrt(2 / Math.PI);

/**
 * x Φ(x) in the usual tanh approximation (Hendrycks and Gimpel, 2016), of any shape; written x · σ(u), where
 * u = x p, p = 2√(2/π) (1 + 0.044715 x²) and so u′ = 3p − 4√(2/π).
 */
export const gelu = gated((x) => {
  const p = tf.add(tf.mul(tf.square(x), 0.044715 * scale), scale);
  return { gate: tf.sigmoid(tf.mul(x, p)), derivative: () => tf.sub(tf.mul(p, 3), 2 * scale) };
});
