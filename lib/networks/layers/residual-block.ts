import * as tf from "@tensorflow/tfjs-core";
import { compose, type Layer } from "../layer";
import { convolution } from "./convolution";
import { dense } from "./dense";
import { groupNorm } from "./group-norm";
import { silu } from "./silu";

/**
 * Convolution, norm, SiLU, twice, plus the input: `[n, h, w, from]` → `[n, h, w, to]`. The embedding of
 * time and class, `[n, embedding]` and already activated, sets the scale and shift after the first norm.
 */
export function residualBlock(options: {
  readonly from: number;
  readonly to: number;
  readonly embedding: number;
  readonly groups: number;
}): Layer<[x: tf.Tensor, embedding: tf.Tensor]> {
  const { from, to, embedding, groups } = options;
  return compose(
    {
      condition: dense({ from: embedding, to: 2 * to }),
      conv1: convolution({ from, to, size: 3, bias: false }),
      norm1: groupNorm({ channels: to, groups, bias: true }),
      conv2: convolution({ from: to, to, size: 3, bias: false }),
      norm2: groupNorm({ channels: to, groups, bias: true }),
      skip: from === to ? undefined : convolution({ from, to, size: 1 }),
    },
    (at, x: tf.Tensor, e: tf.Tensor) => {
      const [scale, shift] = tf.split(at.condition(e), 2, 1);
      const hidden = silu(at.norm1(at.conv1(x), { scale, shift }));
      const out = silu(at.norm2(at.conv2(hidden)));
      return tf.add(out, at.skip ? at.skip(x) : x);
    },
  );
}
