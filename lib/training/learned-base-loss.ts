import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../engine";
import { interpolateTensors } from "../interpolants/interpolate-tensors";
import { applyNetwork } from "../networks/apply-network";
import type { Network, Parameters } from "../networks/network";
import { klToNormal, squaredError } from "../objectives";
import type { GaussianBatch } from "./gaussian-batch";

/** A batch, and the Gaussian base of each of its targets as it is now. */
export interface LearnedBaseTerms {
  readonly network: Network;
  readonly velocity: Parameters<tf.Tensor>;
  /** The mean of x0, in x1's shape. */
  readonly mean: tf.Tensor;
  /** The logarithm of its standard deviation, in the same shape. */
  readonly logDeviation: tf.Tensor;
  readonly klWeight: number;
  readonly batch: Tensors<GaussianBatch>;
}

/**
 * The velocity's loss on x0 = mean + exp(logDeviation) ζ, plus the base's divergence from N(0, Id) times
 * `klWeight`: what a velocity and the base that it starts from are learned by together.
 */
export function learnedBaseLoss(terms: LearnedBaseTerms): tf.Scalar {
  const { network, velocity, mean, logDeviation, klWeight, batch } = terms;
  const { x1, zeta, t, coefficients, xi, weights, ...latent } = batch;
  const x0 = tf.add(mean, tf.mul(tf.exp(logDeviation), zeta));
  const { xt, dxt } = interpolateTensors({ ...coefficients }, { x0, x1, ...latent });
  const b = applyNetwork(network, velocity, { x: xt, t, xi });
  const error = squaredError().mean(tf.sub(b, dxt), { ...weights });
  return tf.add(error, tf.mul(klWeight, klToNormal(mean, logDeviation))) as tf.Scalar;
}
