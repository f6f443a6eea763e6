import * as tf from "@tensorflow/tfjs";

/**
 * x Φ(x) by the usual formula with tanh (Hendrycks and Gimpel, 2016), of any shape; written x · σ(u), where
 * u = x p and p = 2√(2/π) (1 + 0.044715 x²).
 *
 * The gradient is written out, in five passes over the numbers fewer: the derivative is
 * σ(u) + x σ(u) (1 − σ(u)) u′ with u′ = 3p − 4√(2/π).
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  const activated = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: parts(x as tf.Tensor).y,
      // From x alone, so that the gradient has a gradient; a compiled program has these parts already.
      gradFunc: (dy: tf.Tensor, [x]: tf.Tensor[]) => {
        const { p, s, y } = parts(x);
        const rise = tf.mul(tf.mul(y, tf.sub(1, s)), tf.sub(tf.mul(p, 3), 2 * slope));
        return tf.mul(dy, tf.add(s, rise));
      },
    };
  });
  return activated(x);
}

const slope = 2 * Math.sqrt(2 / Math.PI);

function parts(x: tf.Tensor) {
  const p = tf.add(tf.mul(tf.square(x), 0.044715 * slope), slope);
  const s = tf.sigmoid(tf.mul(x, p));
  return { p, s, y: tf.mul(x, s) };
}
