import * as tf from "@tensorflow/tfjs";

/** Mean over all elements of (prediction − target)². */
export function meanSquaredError(prediction: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.mean(tf.square(tf.sub(prediction, target))) as tf.Scalar;
}
