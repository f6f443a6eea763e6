import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray } from "../../array";
import { bind, parametersApi, parametersOf } from "../../networks/layer";
import { convolution } from "../../networks/layers/convolution";
import { dense } from "../../networks/layers/dense";
import type { Parameters } from "../../networks/network";
import type { Rng } from "../../random";

/** The architecture of a network of features, a classifier. */
export interface ClassifierOptions {
  /** Side (in pixels) and channels of the images. */
  readonly size: number;
  /** 1 for grey images, 3 for colour. */
  readonly channels: number;
  /** Channels after each stage: a 3×3 convolution and a ReLU. */
  readonly widths: readonly number[];
  /** The stride of each stage's convolution. */
  readonly strides: readonly number[];
  /** Length of the feature vector. */
  readonly dimension: number;
  /** Name of a head → its number of classes. */
  readonly heads: Readonly<Record<string, number>>;
}

interface ClassifierOutput {
  /** After each stage, `[n, h, w, channels]`, at least 0. */
  readonly activations: readonly tf.Tensor[];
  /** `[n, dimension]`, at least 0. */
  readonly features: tf.Tensor2D;
  /** Per head `[n, classes]`. */
  readonly logits: Readonly<Record<string, tf.Tensor2D>>;
}

/** A small convolutional classifier; its penultimate layer serves as features. */
export interface Classifier {
  readonly options: ClassifierOptions;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  init(rng: Rng): Parameters<NdArray>;
  /**
   * @param images `[n, size, size, channels]`
   * @param keep factors on the features before the heads `[n, dimension]`, for dropout
   */
  apply(parameters: Parameters<tf.Tensor>, images: tf.Tensor, keep?: tf.Tensor): ClassifierOutput;
}

export function classifier(options: ClassifierOptions): Classifier {
  const { size, channels, widths, strides, dimension, heads } = options;
  const edge = strides.reduce((length, stride) => Math.ceil(length / stride), size);
  const layers = {
    // No normalisation, so that features also respond to brightness and contrast.
    stages: widths.map((to, i) =>
      convolution({ from: i === 0 ? channels : widths[i - 1], to, size: 3, stride: strides[i] }),
    ),
    features: dense({ from: edge * edge * widths[widths.length - 1], to: dimension }),
    heads: Object.fromEntries(
      Object.entries(heads).map(([head, classes]) => [head, dense({ from: dimension, to: classes })]),
    ),
  };
  const { init, shapes, weights } = parametersApi(parametersOf(layers));
  return Object.freeze({
    options: Object.freeze(options),
    shapes,
    // He initialisation: with the layers' own, U(±1/√fanIn), signals fade without normalisation.
    init: (rng: Rng) => mapKernels(init(rng), Math.sqrt(6)),
    apply(parameters: Parameters<tf.Tensor>, images: tf.Tensor, keep?: tf.Tensor) {
      const at = bind(layers, weights(parameters));
      const activations: tf.Tensor[] = [];
      for (const stage of at.stages) activations.push(tf.relu(stage(activations.at(-1) ?? images)));
      const maps = activations.at(-1) ?? images;
      const features = tf.relu(at.features(tf.reshape(maps, [maps.shape[0], -1]))) as tf.Tensor2D;
      const kept = keep ? tf.mul(features, keep) : features;
      const logits = Object.fromEntries(
        Object.keys(heads).map((head) => [head, at.heads[head](kept) as tf.Tensor2D]),
      );
      return { activations, features, logits };
    },
  });
}

function mapKernels(parameters: Parameters<NdArray>, factor: number): Parameters<NdArray> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      ndarray(shape, name.endsWith(".kernel") ? data.map((value) => factor * value) : data),
    ]),
  );
}
