import * as tf from "@tensorflow/tfjs-core";
import { compose, type Layer } from "../layer";
import { attend } from "./attend";
import { dense } from "./dense";
import { gelu } from "./gelu";
import { layerNorm } from "./layer-norm";

/**
 * Self-attention over tokens `[n, tokens, width]`, then two dense layers on each, both with a norm before and
 * a residual connection. The embedding of the condition, `[n, width]` and already activated, sets the scale
 * and shift of both norms and a gate on each residual. The gates start at zero, so the block starts as the
 * identity: adaLN-zero (Peebles and Xie, 2023).
 */
export function transformerBlock(options: {
  readonly width: number;
  readonly heads: number;
  /** Width of the hidden dense layer, in multiples of `width`. */
  readonly expansion: number;
}): Layer<[x: tf.Tensor, embedding: tf.Tensor]> {
  const { width, heads, expansion } = options;
  return compose(
    {
      condition: dense({ from: width, to: 6 * width, zero: true }),
      qkv: dense({ from: width, to: 3 * width }),
      mixed: dense({ from: width, to: width }),
      hidden: dense({ from: width, to: expansion * width }),
      out: dense({ from: expansion * width, to: width }),
    },
    (at, x: tf.Tensor, e: tf.Tensor) => {
      const n = x.shape[0];
      const [shift1, scale1, gate1, shift2, scale2, gate2] = tf.split(at.condition(e), 6, 1);
      const gated = (gate: tf.Tensor, y: tf.Tensor) => tf.mul(y, tf.reshape(gate, [n, 1, width]));
      const qkv = tf.split(at.qkv(layerNorm(x, { scale: scale1, shift: shift1 })), 3, 2);
      const attended = tf.add(x, gated(gate1, at.mixed(attend(qkv, { heads }))));
      const hidden = gelu(at.hidden(layerNorm(attended, { scale: scale2, shift: shift2 })));
      return tf.add(attended, gated(gate2, at.out(hidden)));
    },
  );
}
