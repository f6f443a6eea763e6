import * as tf from "@tensorflow/tfjs-core";
import type { ScaleShift } from "./group-norm";

const epsilon = 1e-6;

/**
 * Layer normalisation (Ba et al., 2016) of tokens `[n, tokens, width]`, each normalised to mean 0 and
 * variance 1, then y (1 + scale) + shift with each sample's own scale and shift, `[n, width]`. The gradient
 * is in closed form and itself differentiable.
 */
export function layerNorm(x: tf.Tensor, { scale, shift }: ScaleShift): tf.Tensor {
  const [n, , width] = x.shape;
  const perSample = (value: tf.Tensor) => tf.reshape(value, [n, 1, width]);
  const factor = (scale: tf.Tensor) => tf.add(perSample(scale), 1);
  const tokenSum = (value: tf.Tensor) => tf.reshape(tf.sum(value, 1), [n, width]);

  function normalised(x: tf.Tensor) {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return { y: tf.mul(centred, inverse), inverse };
  }

  const norm = tf.customGrad((...given) => {
    const save = given.pop() as tf.GradSaveFunc;
    const [x, scale, shift] = given as tf.Tensor[];
    save([x, scale]);
    return {
      value: tf.add(tf.mul(normalised(x).y, factor(scale)), perSample(shift)),
      gradFunc: (dy: tf.Tensor, [x, scale]: tf.Tensor[]) => {
        const { y, inverse } = normalised(x);
        const along = tf.mul(dy, y);
        /** One for each token: the mean over the width of `value` · factor. */
        const mean = (value: tf.Tensor) =>
          tf.reshape(tf.matMul(value, tf.div(factor(scale), width), false, true), [n, -1, 1]);
        const level = tf.add(mean(dy), tf.mul(y, mean(along)));
        return [tf.mul(inverse, tf.sub(tf.mul(dy, factor(scale)), level)), tokenSum(along), tokenSum(dy)];
      },
    };
  });
  return norm(x, scale, shift);
}
