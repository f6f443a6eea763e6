import * as tf from "@tensorflow/tfjs-core";
import { compose, type Layer } from "../layer";
import { projections } from "./attend";
import type { AttentionOptions } from "./attention";
import { groupNorm } from "./group-norm";
import { headedDense } from "./headed-dense";

/**
 * Linear attention (Shen et al., 2021) over the pixels, with a norm before and after and a residual
 * connection: `[n, h, w, channels]` to the same shape. Queries are softmax-normalised over their features,
 * keys over the pixels; keys and values are multiplied first, into a `headWidth` × `headWidth` matrix per
 * head, and that with the last layer's weights, so the cost grows with h w, not with its square.
 */
export function linearAttention(options: AttentionOptions): Layer<[x: tf.Tensor]> {
  const { channels, heads, headWidth } = options;
  const width = heads * headWidth;
  return compose(
    {
      norm: groupNorm({ channels, groups: 1 }),
      ...projections({ channels, width }),
      out: headedDense({ heads, width: headWidth, to: channels }),
      outNorm: groupNorm({ channels, groups: 1 }),
    },
    (at, x: tf.Tensor) => {
      const [n, h, w] = x.shape;
      const pixels = h * w;
      const normed = at.norm(x);
      const [q, k, v] = [at.q, at.k, at.v].map((project) =>
        tf.reshape(project(normed), [n, pixels, heads, headWidth]),
      );
      const keys = tf.softmax(tf.transpose(k, [0, 2, 3, 1]));
      const context = tf.mul(tf.matMul(keys, tf.transpose(v, [0, 2, 1, 3])), headWidth ** -0.5);
      const mixed = at.out(tf.reshape(tf.softmax(q), [n, pixels, width]), context);
      return tf.add(at.outNorm(tf.reshape(mixed, [n, h, w, channels])), x);
    },
  );
}
