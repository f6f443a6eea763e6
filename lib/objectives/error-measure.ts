import * as tf from "@tensorflow/tfjs";

/** Factors on errors; 1 where absent. */
export interface ErrorWeights {
  /** One for each sample, `[n]`. */
  readonly samples?: tf.Tensor;
  /** One for each squared difference, of a shape that broadcasts to theirs. */
  readonly elements?: tf.Tensor;
}

/** How the differences `[n, ...]` between a prediction and its target become one number, in tfjs operators. */
export interface ErrorMeasure {
  /** The name with its parameters: checkpoints compare it. */
  readonly name: string;
  mean(difference: tf.Tensor, weights?: ErrorWeights): tf.Scalar;
}

/** The mean over all elements of the squared difference: what makes a conditional expectation the minimiser. */
export function squaredError(): ErrorMeasure {
  return Object.freeze({
    name: "squared",
    mean(difference: tf.Tensor, { samples, elements }: ErrorWeights = {}) {
      let squares = tf.square(difference);
      if (elements) squares = tf.mul(squares, elements);
      if (samples)
        squares = tf.mul(squares, tf.reshape(samples, [-1, ...difference.shape.slice(1).map(() => 1)]));
      return tf.mean(squares) as tf.Scalar;
    },
  });
}
