import type * as tf from "@tensorflow/tfjs";
import type { NdArray } from "../array";

/** What was drawn for one batch. */
export interface Drawn {
  /** İ_t, `[n, ...]`. */
  readonly dxt: NdArray;
  /** The latent z, where the interpolant has one. */
  readonly z?: NdArray;
}

/**
 * What a network is trained to do: a regression target and its loss. Both losses here are mean squared
 * errors, which have the gradient of the paper's quadratic losses divided by the number of elements.
 */
export interface Objective {
  readonly name: string;
  /** What the network's output is compared with, of x_t's shape. */
  target(drawn: Drawn): NdArray;
  /**
   * The loss of a batch, a scalar: the mean over samples and *all* elements. Where a mask keeps a
   * pixel, prediction and target are both zero, so that it counts as an error of zero: the loss of a
   * masked field is the hole fraction times the mean over the hole.
   */
  loss(prediction: tf.Tensor, target: tf.Tensor): tf.Scalar;
}
