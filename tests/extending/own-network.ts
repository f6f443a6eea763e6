import * as tf from "@tensorflow/tfjs-core";
import { type ConditionSpec, type Network, ndarray, zeros } from "../../lib";

type Options = { readonly d: number; readonly width: number; readonly condition?: ConditionSpec };

/** A network of one's own: a hidden layer for points `[n, d]`; sees ξ.embedding where there is one. */
export function oneLayer({ d, width, condition = {} }: Options): Network {
  const from = d + 1 + (condition.embedding?.width ?? 0);
  return {
    name: "one-layer",
    options: { d, width, condition },
    condition,
    shapes: { first: [from, width], second: [width, d] },
    init: (rng) => ({
      first: ndarray(
        [from, width],
        rng.normals([from, width]).data.map((u) => u / Math.sqrt(from)),
      ),
      second: zeros([width, d]),
    }),
    apply({ first, second }, { x, t, xi }) {
      const seen = xi.embedding ? [x, xi.embedding] : [x];
      return tf.matMul(tf.tanh(tf.matMul(tf.concat([...seen, tf.expandDims(t, 1)], 1), first)), second);
    },
  };
}
