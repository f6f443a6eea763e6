import * as tf from "@tensorflow/tfjs";
import { expected } from "../../errors";
import { constant, type Layer, layer } from "../layer";

/** Per-channel factors and offsets, each `[n, channels]`, applied after a norm: y (1 + scale) + shift. */
export interface ScaleShift {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

const epsilon = 1e-5;

/**
 * Group normalisation (Wu and He, 2018) of `[n, h, w, channels]`: each sample's groups of neighbouring
 * channels get mean 0 and variance 1 over the pixels, then a learned scale and shift per channel.
 *
 * The means are taken per channel first, and everything is folded into one factor and one offset per sample
 * and channel, so that the large array sees a single multiplication and addition. With `bias`, a bias per
 * channel is added before normalising: the bias of the convolution before, at no cost.
 */
export function groupNorm(options: {
  readonly channels: number;
  readonly groups: number;
  readonly bias?: boolean;
}): Layer<[x: tf.Tensor, after?: ScaleShift]> {
  const { channels, groups, bias = false } = options;
  if (channels % groups !== 0) {
    throw expected(
      `a number of channels that ${groups} groups divide`,
      `${channels}`,
      "Change dim or groups.",
    );
  }
  const grouped = [groups, channels / groups];
  return layer({
    parameters: {
      scale: constant([channels], 1),
      shift: constant([channels], 0),
      ...(bias && { bias: constant([channels], 0) }),
    },
    apply: (weights, x, after) => {
      const n = x.shape[0];
      const perGroup = (value: tf.Tensor) => tf.reshape(value, [-1, ...grouped]);
      let mean = perGroup(tf.mean(x, [1, 2]));
      let square = perGroup(tf.mean(tf.square(x), [1, 2]));
      let offset: tf.Tensor | undefined;
      if (bias) {
        offset = perGroup(weights("bias"));
        square = tf.add(square, tf.mul(offset, tf.add(tf.mul(mean, 2), offset)));
        mean = tf.add(mean, offset);
      }
      const groupMean = tf.mean(mean, 2, true);
      const variance = tf.relu(tf.sub(tf.mean(square, 2, true), tf.square(groupMean)));
      const inverse = tf.rsqrt(tf.add(variance, epsilon));
      let factor = tf.mul(inverse, perGroup(weights("scale")));
      let constantTerm = tf.add(
        perGroup(weights("shift")),
        tf.mul(offset ? tf.sub(offset, groupMean) : tf.neg(groupMean), factor),
      );
      if (after) {
        const one = tf.add(perGroup(after.scale), 1);
        factor = tf.mul(factor, one);
        constantTerm = tf.add(tf.mul(constantTerm, one), perGroup(after.shift));
      }
      const perChannel = [n, 1, 1, channels];
      return tf.add(tf.mul(x, tf.reshape(factor, perChannel)), tf.reshape(constantTerm, perChannel));
    },
  });
}
