import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray, takeRows } from "../../lib/array";
import type { Named, Values } from "../../lib/engine";
import { expected } from "../../lib/errors";
import type { Classifier } from "../../lib/metrics/features/classifier";
import { type Rng, rng as seeded } from "../../lib/random";
import { adam, cosine, minimise } from "../../lib/training";

export interface TrainClassifierOptions {
  readonly images: NdArray;
  /** For each head, the class number of each image. */
  readonly labels: Readonly<Record<string, Int32Array>>;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Share of features that are set to zero in training. */
  readonly dropout: number;
  /** Images are shifted by up to this many pixels each way, repeating the border's pixels. */
  readonly shift: number;
  /** Whether half of the images are mirrored. */
  readonly mirror: boolean;
  readonly seed: number;
  /** Called after each epoch with the mean loss of its latest steps. */
  readonly onEpoch?: (epoch: number, loss: number) => void;
}

/**
 * Trains a classifier by cross-entropy, summed over its heads, with Adam and a learning rate that falls along
 * a cosine.
 * @throws when labels are missing, of another number than the images, or none of their head's classes.
 */
export async function trainClassifier(
  network: Classifier,
  options: TrainClassifierOptions,
): Promise<Named<Values>> {
  const { images, labels, epochs, batch, learningRate, seed, onEpoch } = options;
  const { heads } = network.options;
  for (const [head, classes] of Object.entries(heads))
    assertHead(labels[head], head, classes, images.shape[0]);
  const rng = seeded(seed);
  const perEpoch = Math.floor(images.shape[0] / batch);
  const steps = epochs * perEpoch;
  const batches = inEpochs(perEpoch, (epoch) => epochBatches(network, options, rng.fork("epoch", epoch)));
  const { last } = await minimise({
    name: "classifier",
    initial: network.init(rng.fork("init")),
    batch: batches,
    loss: (parameters, { images, keep, labels }) => {
      const { logits } = network.apply(parameters, images, keep);
      const losses = Object.entries(heads).map(([head, classes]) => {
        const target = tf.oneHot(labels[head] as tf.Tensor1D, classes);
        return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits[head])), 1)));
      });
      return losses.reduce((a, b) => tf.add(a, b)) as tf.Scalar;
    },
    optimizer: adam({ learningRate, schedule: cosine({ steps, warmup: perEpoch >> 1 }) }),
    steps,
    ema: 0,
    onProgress: ({ step, loss }) => {
      if (step % perEpoch === 0) onEpoch?.(step / perEpoch, loss);
    },
  });
  return last as Named<Values>;
}

function assertHead(labels: Int32Array | undefined, head: string, classes: number, n: number): void {
  if (labels?.length !== n) {
    throw expected(`${n} labels for head "${head}", one per image`, labels ? `${labels.length}` : "none");
  }
  const bad = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (bad !== undefined) throw expected(`labels from 0 to ${classes - 1} for head "${head}"`, `${bad}`);
}

/** The batch of a step, which depends on the step alone: an epoch's batches are drawn one after the other. */
function inEpochs<T>(perEpoch: number, batchesOf: (epoch: number) => Generator<T>): (step: number) => T {
  let next = 0;
  let epoch = batchesOf(0);
  return (step) => {
    if (step !== next || step % perEpoch === 0) {
      epoch = batchesOf(Math.floor(step / perEpoch));
      for (let k = 0; k < step % perEpoch; k++) epoch.next();
    }
    next = step + 1;
    return epoch.next().value as T;
  };
}

interface ClassifierBatch {
  readonly images: Values;
  /** For each feature of each image 0, or what keeps the features' mean. */
  readonly keep: Values;
  /** By head. */
  readonly labels: Named<Values>;
}

/**
 * The batches of an epoch without end: images in a new order, augmented, with their labels and the features
 * to keep.
 */
function* epochBatches(
  network: Classifier,
  options: TrainClassifierOptions,
  draw: Rng,
): Generator<ClassifierBatch> {
  const { images, labels, batch, dropout } = options;
  const { dimension, heads } = network.options;
  const order = draw.permutation(images.shape[0]);
  for (let k = 0; ; k++) {
    const rows = order.subarray(k * batch, (k + 1) * batch);
    const keep = Float32Array.from({ length: batch * dimension }, () =>
      draw.uniform() < dropout ? 0 : 1 / (1 - dropout),
    );
    yield {
      images: augmented(takeRows(images, rows), options, draw) as Values,
      keep: { shape: [batch, dimension], data: keep },
      labels: Object.fromEntries(
        Object.keys(heads).map((head) => [
          head,
          { shape: [batch], data: Int32Array.from(rows, (row) => labels[head][row]) },
        ]),
      ),
    };
  }
}

function augmented(
  images: NdArray,
  { shift, mirror }: { readonly shift: number; readonly mirror: boolean },
  rng: Rng,
): NdArray {
  const [n, height, width, channels] = images.shape;
  const data = new Float32Array(images.data.length);
  const clamp = (x: number, length: number) => Math.min(length - 1, Math.max(0, x));
  for (let i = 0; i < n; i++) {
    const [dy, dx] = [rng.int(2 * shift + 1) - shift, rng.int(2 * shift + 1) - shift];
    const flip = mirror && rng.uniform() < 0.5;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = clamp((flip ? width - 1 - x : x) + dx, width);
        const source = ((i * height + clamp(y + dy, height)) * width + from) * channels;
        const target = ((i * height + y) * width + x) * channels;
        for (let c = 0; c < channels; c++) data[target + c] = images.data[source + c];
      }
    }
  }
  return ndarray(images.shape, data);
}
