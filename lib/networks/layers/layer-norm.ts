import * as tf from "@tensorflow/tfjs";
import type { ScaleShift } from "./group-norm";

const epsilon = 1e-6;

/**
 * Layer normalisation (Ba et al., 2016) of tokens `[n, tokens, width]`, each to mean 0 and variance 1, then
 * y (1 + scale) + shift with each sample's own scale and shift, `[n, width]`.
 */
export function layerNorm(x: tf.Tensor, { scale, shift }: ScaleShift): tf.Tensor {
  const [n, , width] = x.shape;
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  const perSample = (value: tf.Tensor) => tf.reshape(value, [n, 1, width]);
  return tf.add(tf.mul(tf.mul(centred, inverse), tf.add(perSample(scale), 1)), perSample(shift));
}
