import * as tf from "@tensorflow/tfjs";
import { compose, type Layer } from "../layer";
import { convolution } from "./convolution";

/** Doubles height and width by repeating pixels: `[n, h, w, c]` → `[n, 2h, 2w, c]`. */
export function repeatPixels(x: tf.Tensor): tf.Tensor {
  const [n, h, w, c] = x.shape;
  const spread = tf.add(tf.reshape(x, [n * h, 1, w, 1, c]), tf.zeros([1, 2, 1, 2, 1])); // tile lacks a gradient at rank 5
  return tf.reshape(spread, [n, 2 * h, 2 * w, c]);
}

/** Nearest upsampling by 2, then a 3×3 convolution: `[n, h, w, from]` → `[n, 2h, 2w, to]`. */
export function upsample(options: { readonly from: number; readonly to: number }): Layer<[x: tf.Tensor]> {
  return compose({ conv: convolution({ ...options, size: 3 }) }, (at, x: tf.Tensor) =>
    at.conv(repeatPixels(x)),
  );
}
