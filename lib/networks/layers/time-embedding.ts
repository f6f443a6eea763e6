import * as tf from "@tensorflow/tfjs-core";
import { expected } from "../../errors";
import { compose, type Layer, layer, normalInit } from "../layer";
import { dense } from "./dense";
import { silu } from "./silu";

/**
 * Learned sinusoidal features of the time: `[n]` → `[n, features + 1]`, namely t itself and the sines and
 * cosines of 2π w t for features/2 learned frequencies w, drawn from N(0, 1).
 */
export function sinusoidal(options: { readonly features: number }): Layer<[t: tf.Tensor]> {
  const { features } = options;
  if (!(Number.isInteger(features) && features >= 0 && features % 2 === 0)) {
    throw expected("an even number of time features", `${features}`);
  }
  const half = features / 2;
  return layer({
    parameters: { ...(half > 0 && { frequencies: normalInit([half]) }) },
    apply: (weights, t) => {
      const column = tf.reshape(t, [-1, 1]);
      if (half === 0) return column;
      const angle = tf.mul(column, tf.mul(tf.reshape(weights("frequencies"), [1, half]), 2 * Math.PI));
      return tf.concat([column, tf.sin(angle), tf.cos(angle)], 1);
    },
  });
}

/** Sinusoidal features of the time, then two dense layers: `[n]` → `[n, width]`. */
export function timeEmbedding(options: {
  readonly features: number;
  readonly width: number;
}): Layer<[t: tf.Tensor]> {
  const { features, width } = options;
  return compose(
    {
      waves: sinusoidal({ features }),
      hidden: dense({ from: features + 1, to: width }),
      out: dense({ from: width, to: width }),
    },
    (at, t: tf.Tensor) => at.out(silu(at.hidden(at.waves(t)))),
  );
}
