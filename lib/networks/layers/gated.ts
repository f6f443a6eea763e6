import * as tf from "@tensorflow/tfjs";

/** What `gated` is made of, at x: the gate σ(u), and u′ as a function that is called only for the gradient. */
interface Gate {
  readonly gate: tf.Tensor;
  readonly rise: () => tf.Tensor | undefined;
}

/**
 * y = x σ(u(x)) of any shape, with its gradient written out: y′ = σ + y (1 − σ) u′, which passes over the numbers
 * a few times less than what tfjs's rules give. `rise` returns u′, or nothing where it is 1.
 */
export function gated(of: (x: tf.Tensor) => Gate): (x: tf.Tensor) => tf.Tensor {
  const activation = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: tf.mul(x as tf.Tensor, of(x as tf.Tensor).gate),
      // From x alone, so that the gradient has a gradient; a compiled program has these parts already.
      gradFunc: (dy: tf.Tensor, [x]: tf.Tensor[]) => {
        const { gate, rise } = of(x);
        const closing = tf.mul(tf.mul(x, gate), tf.sub(1, gate));
        const slope = rise();
        return tf.mul(dy, tf.add(gate, slope ? tf.mul(closing, slope) : closing));
      },
    };
  });
  return (x) => activation(x);
}
