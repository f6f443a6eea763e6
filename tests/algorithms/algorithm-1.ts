import * as tf from "@tensorflow/tfjs-core";
import {
  batchOf,
  type DirectCoupling,
  type Interpolant,
  interpolate,
  type NdArray,
  type Network,
  rng,
  type Samples,
  stratifiedTimes,
} from "../../lib";

export interface Algorithm1 {
  readonly data: Samples;
  readonly coupling: DirectCoupling;
  readonly interpolant: Interpolant;
  readonly network: Network;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
}

const tensor = ({ shape, data }: NdArray) => tf.tensor(Float32Array.from(data), [...shape]);

/**
 * Algorithm 1 of the paper in ten lines of tfjs, for couplings without ξ. `train` does the same, compiled,
 * and with clipping and a moving average besides.
 */
export function algorithm1({ data, coupling, interpolant, network, ...options }: Algorithm1) {
  const { steps, batch, learningRate, seed } = options;
  const initial = Object.entries(network.init(rng(seed).fork("init")));

  const parameters = Object.fromEntries(initial.map(([name, value]) => [name, tf.variable(tensor(value))]));
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  for (let step = 0; step < steps; step++) {
    const random = rng(seed).fork("batch", step);
    const targets = batchOf(data, batch, random.fork("rows")); // x1 ~ ρ1
    const t = stratifiedTimes(batch, [0.001, 0.999], random.fork("times")); // t ~ U(0, 1)
    const pairs = coupling.draw(targets, random.fork("coupling")); // x0 = m(x1) + σζ
    const { xt, dxt } = interpolate({ interpolant, pairs, t }); // I = αx0 + βx1, İ = α̇x0 + β̇x1
    optimizer.minimize(() => {
      const b = network.apply(parameters, { x: tensor(xt), t: tf.tensor1d(t), xi: {} });
      return tf.mean(tf.sub(tf.square(b), tf.mul(tf.mul(2, tensor(dxt)), b))); // |b|² − 2 İ·b
    });
  }
  return parameters;
}
