import * as tf from "@tensorflow/tfjs";

/** x · sigmoid(x), of any shape. */
export function silu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(x));
}
