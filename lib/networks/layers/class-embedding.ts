import * as tf from "@tensorflow/tfjs";
import { compose, type Layer, layer, normal } from "../layer";
import { dense } from "./dense";
import { silu } from "./silu";

/**
 * One learned vector per class, drawn from N(0, 1): int32 labels `[n]` → `[n, width]`. The look-up is a
 * product with one-hot rows, which every engine can differentiate. Labels must lie in 0, …, classes − 1.
 */
export function classTable(options: {
  readonly classes: number;
  readonly width: number;
}): Layer<[labels: tf.Tensor]> {
  const { classes, width } = options;
  return layer({
    parameters: { table: normal([classes, width]) },
    apply: (weights, labels) =>
      tf.matMul(
        tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), "float32") as tf.Tensor2D,
        weights("table") as tf.Tensor2D,
      ),
  });
}

/** The vector of a class, of length `dim`, then two dense layers: `[n]` → `[n, width]`. */
export function classEmbedding(options: {
  readonly classes: number;
  readonly dim: number;
  readonly width: number;
}): Layer<[labels: tf.Tensor]> {
  const { classes, dim, width } = options;
  return compose(
    {
      table: classTable({ classes, width: dim }),
      hidden: dense({ from: dim, to: width }),
      out: dense({ from: width, to: width }),
    },
    (at, labels: tf.Tensor) => at.out(silu(at.hidden(at.table(labels)))),
  );
}
