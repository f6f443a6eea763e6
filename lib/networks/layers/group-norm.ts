import * as tf from "@tensorflow/tfjs-core";
import { expected } from "../../errors";
import { constantInit, type Layer, layer } from "../layer";

/** Per-channel factors and offsets, each `[n, channels]`, applied after a norm: y (1 + scale) + shift. */
export interface ScaleShift {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

const epsilon = 1e-5;

/**
 * Group normalisation (Wu and He, 2018) of `[n, h, w, channels]`: each sample's groups of neighbouring
 * channels get mean 0 and variance 1 over the pixels, then a learned scale and shift per channel. With
 * `bias`, a bias per channel is added before normalising: the bias of the preceding convolution, at no cost.
 */
export function groupNorm(options: {
  readonly channels: number;
  readonly groups: number;
  readonly bias?: boolean;
}): Layer<[x: tf.Tensor, after?: ScaleShift]> {
  const { channels, groups, bias = false } = options;
  if (channels % groups !== 0) {
    throw expected(
      `a number of channels divisible by the ${groups} groups`,
      `${channels}`,
      "Change dim or groups.",
    );
  }
  const grouped = groups === 1 ? [channels] : [groups, channels / groups];
  const perGroup = (value: tf.Tensor) => tf.reshape(value, [-1, 1, 1, ...grouped]);
  return layer({
    parameters: {
      scale: constantInit([channels], 1),
      shift: constantInit([channels], 0),
      ...(bias && { bias: constantInit([channels], 0) }),
    },
    apply: (weights, x, after) => {
      let scale = perGroup(weights("scale"));
      let shift = perGroup(weights("shift"));
      if (after) {
        const one = tf.add(perGroup(after.scale), 1);
        scale = tf.mul(scale, one);
        shift = tf.add(tf.mul(shift, one), perGroup(after.shift));
      }
      const [n, h, w] = x.shape;
      const cut = tf.reshape(x, [n, h, w, ...grouped]);
      return tf.reshape(normalised(cut, scale, shift, bias ? perGroup(weights("bias")) : undefined), x.shape);
    },
  });
}

/**
 * (x + bias − μ) / σ · scale + shift with the channels of a group as the last axis of x, and μ and σ over
 * them and the pixels, axes 1 and 2, along which the others have length 1.
 *
 * Means are taken per channel first, and everything is folded into one factor and one offset per sample and
 * channel, so that the large array takes a single multiplication and addition. The closed-form gradient has
 * half as many operations as differentiating these one by one. It recomputes the statistics, so that it is
 * itself differentiable; a compiled program computes nothing twice.
 */
function normalised(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [n, h, w] = x.shape;
  const pixelMean = (value: tf.Tensor) => tf.mean(value, [1, 2], true);
  const pixelSum = (value: tf.Tensor) => tf.sum(value, [1, 2], true);
  const groupMean = (value: tf.Tensor) => tf.mean(value, -1, true);
  const summedLike = (like: tf.Tensor, value: tf.Tensor) =>
    like.shape[0] === n ? value : tf.sum(value, 0, true);

  /** The means of x per channel, 1/σ, bias − μ, and the factor of x. */
  function statistics(x: tf.Tensor, scale: tf.Tensor, bias?: tf.Tensor) {
    const mean = pixelMean(x);
    let [first, second] = [mean, pixelMean(tf.square(x))];
    if (bias) {
      first = tf.add(mean, bias);
      second = tf.add(second, tf.mul(bias, tf.add(mean, first)));
    }
    const centre = groupMean(first);
    const variance = tf.relu(tf.sub(groupMean(second), tf.square(centre)));
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const offset = bias ? tf.sub(bias, centre) : tf.neg(centre);
    return { mean, inverse, offset, factor: tf.mul(inverse, scale) };
  }

  const norm = tf.customGrad((...given) => {
    const save = given.pop() as tf.GradSaveFunc;
    const [x, scale, shift, bias] = given as tf.Tensor[];
    const { offset, factor } = statistics(x, scale, bias);
    save(bias ? [x, scale, bias] : [x, scale]);
    return {
      value: tf.add(tf.mul(x, factor), tf.add(tf.mul(offset, factor), shift)),
      gradFunc: (dy, [x, scale, bias]) => {
        const { mean, inverse, offset, factor } = statistics(x, scale, bias);
        const dShift = pixelSum(dy);
        const dScale = tf.mul(inverse, tf.add(pixelSum(tf.mul(dy, x)), tf.mul(offset, dShift)));
        // Through μ and σ, dx also depends on x: x · xFactor + xOffset.
        const share = tf.mul(inverse, -1 / (h * w));
        const xFactor = tf.mul(tf.mul(inverse, share), groupMean(tf.mul(scale, dScale)));
        const xOffset = tf.add(tf.mul(offset, xFactor), tf.mul(share, groupMean(tf.mul(scale, dShift))));
        const gradients = [
          tf.add(tf.mul(dy, factor), tf.add(tf.mul(x, xFactor), xOffset)),
          summedLike(scale, dScale),
          summedLike(shift, dShift),
        ];
        if (!bias) return gradients;
        const dBias = tf.add(tf.mul(dShift, factor), tf.mul(tf.add(tf.mul(mean, xFactor), xOffset), h * w));
        return [...gradients, summedLike(bias, dBias)];
      },
    };
  });
  return norm(x, scale, shift, ...(bias ? [bias] : []));
}
