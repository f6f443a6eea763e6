import * as tf from "@tensorflow/tfjs-core";
import { compose, type Layer } from "../layer";
import { convolution } from "./convolution";

/**
 * Doubles height and width by repeating pixels: `[n, h, w, c]` → `[n, 2h, 2w, c]`. The gradient, the sum over
 * each square of four, is written out because tfjs's `cpu` backend gets it wrong for more than one image.
 */
export function repeatPixels(x: tf.Tensor): tf.Tensor {
  const [, h, w] = x.shape;
  const doubled = tf.customGrad((images) => ({
    value: tf.image.resizeNearestNeighbor(images as tf.Tensor4D, [2 * h, 2 * w]),
    gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, "valid"), 4),
  }));
  return doubled(x);
}

/** Nearest upsampling by 2, then a 3×3 convolution: `[n, h, w, from]` → `[n, 2h, 2w, to]`. */
export function upsample(options: { readonly from: number; readonly to: number }): Layer<[x: tf.Tensor]> {
  return compose({ conv: convolution({ ...options, size: 3 }) }, (at, x: tf.Tensor) =>
    at.conv(repeatPixels(x)),
  );
}
