import * as tf from "@tensorflow/tfjs-core";
import { compose, type Layer } from "../layer";
import { attend, projections } from "./attend";
import { dense } from "./dense";
import { groupNorm } from "./group-norm";

export interface AttentionOptions {
  readonly channels: number;
  readonly heads: number;
  /** Width of one head's queries, keys and values. */
  readonly headWidth: number;
}

/**
 * Full self-attention over the pixels, with a norm before it and a residual connection: `[n, h, w, channels]`
 * to the same shape. Time and memory grow with (h w)², so it is meant for the middle of the U-Net.
 */
export function attention(options: AttentionOptions): Layer<[x: tf.Tensor]> {
  const { channels, heads, headWidth } = options;
  const width = heads * headWidth;
  return compose(
    {
      norm: groupNorm({ channels, groups: 1 }),
      ...projections({ channels, width }),
      out: dense({ from: width, to: channels }),
    },
    (at, x: tf.Tensor) => {
      const [n, h, w] = x.shape;
      const normed = at.norm(x);
      const qkv = [at.q, at.k, at.v].map((project) => tf.reshape(project(normed), [n, h * w, width]));
      return tf.add(at.out(tf.reshape(attend(qkv, { heads }), [n, h, w, width])), x);
    },
  );
}
