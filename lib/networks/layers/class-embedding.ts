import * as tf from "@tensorflow/tfjs-core";
import { compose, type Layer, layer, normalInit } from "../layer";
import { dense } from "./dense";
import { silu } from "./silu";

/** What a table of classes needs to know about the labels. */
export interface Labelling {
  readonly classes: number;
  /** Whether labels may be missing. */
  readonly missing?: boolean;
  /** Whether they are probabilities. */
  readonly soft?: boolean;
}

/**
 * One learned vector per class, drawn from N(0, 1): int32 labels `[n]` → `[n, width]`; with `soft`, their
 * mean under probabilities `[n, classes]`. With `missing` the table has an extra row, for unknown labels (−1)
 * and for what the probabilities lack to sum to 1. The look-up is a product with one-hot rows, which every
 * engine can differentiate.
 */
export function classTable(options: Labelling & { readonly width: number }): Layer<[labels: tf.Tensor]> {
  const { classes, missing = false, soft = false, width } = options;
  const rows = missing ? classes + 1 : classes;
  const weightsOf = (given: tf.Tensor) => {
    if (!soft) {
      // Engines handle the index −1 differently.
      const index = missing ? tf.where(tf.less(given, 0), tf.scalar(classes, "int32"), given) : given;
      // There is no one-hot vector of length 1 in tfjs: the one class has a weight of 1.
      if (rows === 1) return tf.reshape(tf.cast(tf.lessEqual(given, 0), "float32"), [-1, 1]);
      return tf.cast(tf.oneHot(index as tf.Tensor1D, rows), "float32");
    }
    if (!missing) return given;
    return tf.concat([given, tf.relu(tf.sub(1, tf.sum(given, 1, true)))], 1);
  };
  return layer({
    parameters: { table: normalInit([rows, width]) },
    apply: (weights, labels) => tf.matMul(weightsOf(labels) as tf.Tensor2D, weights("table") as tf.Tensor2D),
  });
}

/** A vector per class, of length `dim`, then two dense layers: `[n]` or `[n, classes]` → `[n, width]`. */
export function classEmbedding(
  options: Labelling & { readonly dim: number; readonly width: number },
): Layer<[labels: tf.Tensor]> {
  const { dim, width, ...labelling } = options;
  return compose(
    {
      table: classTable({ ...labelling, width: dim }),
      hidden: dense({ from: dim, to: width }),
      out: dense({ from: width, to: width }),
    },
    (at, labels: tf.Tensor) => at.out(silu(at.hidden(at.table(labels)))),
  );
}
