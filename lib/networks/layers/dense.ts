import * as tf from "@tensorflow/tfjs-core";
import { constantInit, type Layer, layer, uniformInit } from "../layer";

/**
 * `x W + b` over the last axis: `[..., from]` → `[..., to]`. For images this is a 1×1 convolution.
 * `bias: false` leaves b out; `zero` initialises W to zero.
 */
export function dense(options: {
  readonly from: number;
  readonly to: number;
  readonly bias?: boolean;
  readonly zero?: boolean;
}): Layer<[x: tf.Tensor]> {
  const { from, to, bias = true, zero = false } = options;
  return layer({
    parameters: {
      kernel: zero ? constantInit([from, to], 0) : uniformInit([from, to], from),
      ...(bias && { bias: constantInit([to], 0) }),
    },
    apply: (weights, x) => {
      const rows = tf.matMul(tf.reshape(x, [-1, from]) as tf.Tensor2D, weights("kernel") as tf.Tensor2D);
      const shifted = bias ? tf.add(rows, weights("bias")) : rows;
      return tf.reshape(shifted, [...x.shape.slice(0, -1), to]);
    },
  });
}
