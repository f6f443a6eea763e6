import * as tf from "@tensorflow/tfjs";
import { compose, type Layer } from "../layer";
import { dense } from "./dense";
import { groupNorm } from "./group-norm";

export interface AttentionOptions {
  readonly channels: number;
  readonly heads: number;
  /** Width of one head's queries, keys and values. */
  readonly headWidth: number;
}

/**
 * Full self-attention over the pixels, with the norm before and the input added: `[n, h, w, channels]` to
 * the same shape. Time and memory grow with (h w)², so it belongs in the middle of the U-Net.
 */
export function attention(options: AttentionOptions): Layer<[x: tf.Tensor]> {
  const { channels, heads, headWidth } = options;
  const width = heads * headWidth;
  return compose(
    {
      norm: groupNorm({ channels, groups: 1 }),
      q: dense({ from: channels, to: width, bias: false }),
      k: dense({ from: channels, to: width, bias: false }),
      v: dense({ from: channels, to: width, bias: false }),
      out: dense({ from: width, to: channels }),
    },
    (at, x: tf.Tensor) => {
      const [n, h, w] = x.shape;
      const normed = at.norm(x);
      const [q, k, v] = [at.q, at.k, at.v].map((project) => toHeads(project(normed), heads, headWidth));
      const weights = tf.softmax(tf.matMul(tf.mul(q, headWidth ** -0.5), k, false, true));
      const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
      return tf.add(at.out(tf.reshape(mixed, [n, h, w, width])), x);
    },
  );
}

/** `[n, h, w, heads · width]` → `[n, heads, h · w, width]`. */
function toHeads(x: tf.Tensor, heads: number, width: number): tf.Tensor {
  const [n, h, w] = x.shape;
  return tf.transpose(tf.reshape(x, [n, h * w, heads, width]), [0, 2, 1, 3]);
}
