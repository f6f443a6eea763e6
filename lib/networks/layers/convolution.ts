import * as tf from "@tensorflow/tfjs-core";
import { constantInit, type Layer, layer, uniformInit } from "../layer";

/**
 * A `size` × `size` convolution over `[n, h, w, from]` that keeps the height and width, or divides both by
 * `stride`. The kernel is `[size, size, from, to]`. `bias: false` leaves the bias to the norm that follows.
 */
export function convolution(options: {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly stride?: number;
  readonly bias?: boolean;
}): Layer<[x: tf.Tensor]> {
  const { from, to, size, stride = 1, bias = true } = options;
  return layer({
    parameters: {
      kernel: uniformInit([size, size, from, to], size * size * from),
      ...(bias && { bias: constantInit([to], 0) }),
    },
    apply: (weights, x) => {
      const out = tf.conv2d(x as tf.Tensor4D, weights("kernel") as tf.Tensor4D, stride, "same");
      return bias ? tf.add(out, weights("bias")) : out;
    },
  });
}
