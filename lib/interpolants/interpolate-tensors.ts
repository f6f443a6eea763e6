import * as tf from "@tensorflow/tfjs-core";
import { type CoefficientsOf, type Draws, positionTerms, velocityTerms } from "./terms";

/**
 * `interpolate` in tfjs operations, for draws or coefficients that are learned: I_t and İ_t of `[n, ...]`
 * draws, with one coefficient for each sample, `[n]` or `[n, 1]`. Where the mask `keep` is 1, I_t = x1 and
 * İ_t = 0.
 */
export function interpolateTensors(
  at: CoefficientsOf<tf.Tensor>,
  draws: Draws<tf.Tensor>,
  keep?: tf.Tensor,
): { readonly xt: tf.Tensor; readonly dxt: tf.Tensor } {
  const { shape } = draws.x0;
  const column = (value: tf.Tensor) => tf.reshape(value, [-1, ...shape.slice(1).map(() => 1)]);
  const sum = (terms: ReturnType<typeof positionTerms<tf.Tensor, tf.Tensor>>) =>
    terms
      .map(([coefficient, values]) => tf.mul(column(coefficient), values))
      .reduce((total, term) => tf.add(total, term));
  const xt = sum(positionTerms(at, draws));
  const dxt = sum(velocityTerms(at, draws));
  if (!keep) return { xt, dxt };
  const hole = tf.sub(1, keep);
  return { xt: tf.add(tf.mul(keep, draws.x1), tf.mul(hole, xt)), dxt: tf.mul(hole, dxt) };
}
