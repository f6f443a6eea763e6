import * as tf from "@tensorflow/tfjs";

/** x Φ(x) by the usual formula with tanh (Hendrycks and Gimpel, 2016), written x · sigmoid(2u), of any shape. */
export function gelu(x: tf.Tensor): tf.Tensor {
  const slope = 2 * Math.sqrt(2 / Math.PI);
  const u = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715 * slope), slope));
  return tf.mul(x, tf.sigmoid(u));
}
