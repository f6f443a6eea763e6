import * as tf from "@tensorflow/tfjs";
import type { ErrorWeights } from "./error-measure";
import type { Objective } from "./objective";

/** A batch's target and weights as tensors. */
export interface LossInputs {
  readonly target: tf.Tensor;
  /** The objective's factor for each sample, `[n]`, where it has one. */
  readonly factor?: tf.Tensor;
  readonly weights?: ErrorWeights;
}

/** The loss of a batch: the objective's error of factor × prediction − target, a scalar. */
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
