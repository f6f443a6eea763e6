import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../array";
import type { Pairs } from "../couplings/coupling";
import { expected } from "../errors";
import type { Interpolant } from "../interpolants/interpolant";
import type { ErrorMeasure, ErrorWeights } from "./error-measure";

/** What was drawn for one batch. */
export interface Drawn {
  /** The interpolant of I_t. */
  readonly interpolant: Interpolant;
  /** The pairs (x0, x1, ξ) of the batch. */
  readonly pairs: Pairs;
  /** The time of each sample, length n. */
  readonly t: ArrayLike<number>;
  /** I_t, `[n, ...]`. */
  readonly xt: NdArray;
  /** İ_t, `[n, ...]`. */
  readonly dxt: NdArray;
  /** The latent z, where the interpolant has one. */
  readonly z?: NdArray;
}

/**
 * What a network is trained to be: the conditional expectation, given I_t and ξ, of a target that is drawn
 * with I_t. It minimises a mean squared error, whose gradient is that of the paper's quadratic losses divided
 * by the number of elements.
 *
 * The mean is taken over samples and *all* elements. Where a mask keeps a pixel, training sets the target to
 * zero, as a masked network's output is, so that it counts as an error of zero: the loss of a masked field is
 * the hole fraction times the mean over the hole.
 */
export interface Objective {
  /** The field that is learned, such as "velocity". */
  readonly name: string;
  /** How differences from the target are weighed, such as `squaredError()`. */
  readonly error: ErrorMeasure;
  /**
   * What the network's output, times `factor` where there is one, is compared with; of x_t's shape.
   * @throws when the coupling or the interpolant doesn't provide it.
   */
  target(drawn: Drawn): NdArray;
  /** A factor for each sample, length n, that keeps an error finite where the field isn't. Default 1. */
  factor?(drawn: Drawn): Float32Array;
}

/** Options of every objective. */
export interface ObjectiveOptions {
  /** Default: `squaredError()`. */
  readonly error?: ErrorMeasure;
}

/** A batch's target and weights as tensors. */
export interface LossInputs {
  /** What the network's output is compared with, `[n, ...]`. */
  readonly target: tf.Tensor;
  /** The objective's factor for each sample, `[n]`, where it has one. */
  readonly factor?: tf.Tensor;
  /** Factors on the errors of samples or elements. Default 1. */
  readonly weights?: ErrorWeights;
}

/**
 * The loss of a batch: the objective's error of factor × prediction − target, a scalar.
 *
 * @example
 * import * as tf from "@tensorflow/tfjs-core";
 * objectiveLoss(velocityLoss(), tf.zeros([4, 2]), { target: tf.fill([4, 2], 3) }); // 9
 */
export function objectiveLoss(
  { error }: Objective,
  prediction: tf.Tensor,
  { target, factor, weights = {} }: LossInputs,
): tf.Scalar {
  const scaled = factor
    ? tf.mul(prediction, tf.reshape(factor, [-1, ...prediction.shape.slice(1).map(() => 1)]))
    : prediction;
  return error.mean(tf.sub(scaled, target), { ...weights });
}

/** The latent z that was drawn. @throws where the interpolant has none. */
export function latentOf({ z, interpolant }: Drawn, purpose: string): NdArray {
  if (z) return z;
  throw expected(
    `an interpolant with a latent (γ ≠ 0) for ${purpose}`,
    `"${interpolant.name}", which has none`,
    "Use linear({ gamma: brownian() }) or another one with γ, or train a velocity.",
  );
}

/** The noise ζ of the base that was drawn. @throws where the coupling's draws don't carry it. */
export function noiseOf({ zeta }: Pairs, purpose: string): NdArray {
  if (zeta) return zeta;
  throw expected(
    `a coupling whose base is x0 = m + σζ and whose draws carry ζ for ${purpose}`,
    "one whose draws don't",
    "Use dataDependent(), inpainting() or independent(), or return zeta and sigma from your coupling's draw.",
  );
}
