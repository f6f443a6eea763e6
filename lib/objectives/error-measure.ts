import * as tf from "@tensorflow/tfjs-core";
import { assertKnown, expected } from "../errors";

/** Factors on errors; 1 where absent. */
export interface ErrorWeights {
  /** One for each sample, `[n]`. */
  readonly samples?: tf.Tensor;
  /** One for each squared difference, of a shape that broadcasts to theirs. */
  readonly elements?: tf.Tensor;
}

/**
 * Reduces the differences `[n, ...]` between a prediction and its target to one number, in tfjs operators.
 */
export interface ErrorMeasure {
  /** The name with its parameters: checkpoints compare it. */
  readonly name: string;
  /** The mean over all entries of a difference of any shape, weighted where there are weights. */
  mean(difference: tf.Tensor, weights?: ErrorWeights): tf.Scalar;
}

/**
 * The mean squared difference over all elements, which a conditional expectation minimises.
 *
 * @example velocityLoss({ error: squaredError() }); // the default of every objective
 */
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

/**
 * The pseudo-Huber error 2c² (√(1 + r²/c²) − 1) of each sample, r its root mean squared difference: r² where
 * r is far below c, 2cr where it is far above, so that outliers weigh less. c = 0.00054 is the 0.00054 √d,
 * for d elements, of Song and Dhariwal (2023), who write the same up to the factor 2c.
 *
 * Its minimiser is not the conditional expectation but lies between it and the conditional (spatial) median,
 * so a field trained with it has the interpolant's marginals only approximately, and more closely for larger
 * c.
 * @throws unless c is above 0.
 */
export function pseudoHuber(options: { readonly c: number }): ErrorMeasure {
  assertKnown(options, { c: true }, "pseudoHuber");
  const { c } = options;
  if (!(c > 0 && c < Number.POSITIVE_INFINITY))
    throw expected("a c above 0 for the pseudo-Huber error", `${c}`);
  return Object.freeze({
    name: `pseudo-Huber(${c})`,
    mean(difference: tf.Tensor, { samples, elements }: ErrorWeights = {}) {
      let squares = tf.square(difference);
      if (elements) squares = tf.mul(squares, elements);
      const r2 = tf.mean(tf.reshape(squares, [difference.shape[0], -1]), 1);
      // √(1 + u) − 1 = u / (√(1 + u) + 1), which loses no digits where u is small.
      const root = tf.sqrt(tf.add(tf.mul(r2, 1 / (c * c)), 1));
      const errors = tf.div(tf.mul(r2, 2), tf.add(root, 1));
      return tf.mean(samples ? tf.mul(errors, samples) : errors) as tf.Scalar;
    },
  });
}
