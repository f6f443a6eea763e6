import * as tf from "@tensorflow/tfjs-core";

/**
 * KL(N(μ, diag σ²) ‖ N(0, I)), as a mean over samples and elements of ½(μ² + σ² − 1) − log σ; times the
 * number of elements of a sample, it is the divergence itself. `logDeviation` is log σ.
 *
 * @example
 * import * as tf from "@tensorflow/tfjs-core";
 * klToNormal(tf.zeros([4, 2]), tf.zeros([4, 2])); // 0: N(0, I) itself
 * klToNormal(tf.ones([4, 2]), tf.zeros([4, 2])); // ½
 */
export function klToNormal(mean: tf.Tensor, logDeviation: tf.Tensor): tf.Scalar {
  const variance = tf.exp(tf.mul(2, logDeviation));
  const halves = tf.mul(0.5, tf.sub(tf.add(tf.square(mean), variance), 1));
  return tf.mean(tf.sub(halves, logDeviation)) as tf.Scalar;
}
