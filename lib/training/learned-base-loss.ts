import * as tf from "@tensorflow/tfjs";
import { interpolateTensors } from "../interpolants/interpolate-tensors";
import type { CoefficientsOf } from "../interpolants/terms";
import { applyNetwork } from "../networks/apply-network";
import type { Network, NetworkInput, Parameters } from "../networks/network";
import { klToNormal, squaredError } from "../objectives";

/** A batch, and the Gaussian base of each of its targets as it is now. */
export interface LearnedBaseTerms {
  readonly network: Network;
  readonly velocity: Parameters<tf.Tensor>;
  /** The mean of x0, in x1's shape. */
  readonly mean: tf.Tensor;
  /** The logarithm of its standard deviation, in the same shape. */
  readonly logDeviation: tf.Tensor;
  readonly klWeight: number;
  readonly batch: {
    readonly x1: tf.Tensor;
    readonly zeta: tf.Tensor;
    readonly z?: tf.Tensor;
    readonly t: tf.Tensor;
    readonly coefficients: CoefficientsOf<tf.Tensor>;
    readonly xi: NetworkInput["xi"];
    readonly weights: { readonly samples?: tf.Tensor };
  };
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
