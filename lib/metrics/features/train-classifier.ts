import * as tf from "@tensorflow/tfjs";
import { type NdArray, ndarray, sizeOf, takeRows } from "../../array";
import { type Compiled, compile, type Named, type Values } from "../../engine";
import { rng as seeded } from "../../random";
import { adam } from "../../training/adam";
import { cosine } from "../../training/schedule";
import type { Classifier } from "./classifier";

export interface TrainClassifierOptions {
  readonly images: NdArray;
  /** Head → class number of each image. */
  readonly labels: Readonly<Record<string, Int32Array>>;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  /** Share of features that are set to zero in training. */
  readonly dropout: number;
  /** Images are moved by up to so many pixels each way, the edge's value filling in. */
  readonly shift: number;
  /** Half of the images are mirrored. */
  readonly mirror: boolean;
  readonly seed: number;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}

/** Trains a classifier by cross-entropy, summed over its heads, with Adam and a falling rate. */
export async function trainClassifier(
  network: Classifier,
  options: TrainClassifierOptions,
): Promise<Named<Values>> {
  const { images, labels, epochs, batch, rate, dropout, seed } = options;
  const heads = Object.keys(network.options.heads);
  const rng = seeded(seed);
  const perEpoch = Math.floor(images.shape[0] / batch);
  const optimizer = adam({ rate, decay: cosine({ steps: epochs * perEpoch, warmup: perEpoch >> 1 }) });
  const step = trainingStep(network, optimizer, rng.fork("init"));
  const slots = batch * network.options.dimension;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const draw = rng.fork("epoch", epoch);
    const order = draw.permutation(images.shape[0]);
    let total = 0;
    for (let k = 0; k < perEpoch; k++) {
      const rows = order.subarray(k * batch, (k + 1) * batch);
      const keep = Float32Array.from({ length: slots }, () =>
        draw.uniform() < dropout ? 0 : 1 / (1 - dropout),
      );
      const scalars = Object.entries(optimizer.scalars(epoch * perEpoch + k));
      const { loss } = await step.run({
        images: augmented(takeRows(images, rows), options, draw) as Values,
        keep: { shape: [batch, network.options.dimension], data: keep },
        ...Object.fromEntries(scalars.map(([name, x]) => [name, { shape: [], data: Float32Array.of(x) }])),
        ...Object.fromEntries(
          heads.map((head) => [
            `label.${head}`,
            { shape: [batch], data: Int32Array.from(rows, (r) => labels[head][r]) },
          ]),
        ),
      });
      total += loss.data[0];
    }
    options.onEpoch?.(epoch + 1, total / perEpoch);
  }
  const { parameters } = await step.readState();
  await step.dispose();
  return unjoined(network, parameters.data as Float32Array);
}

function trainingStep(
  network: Classifier,
  optimizer: ReturnType<typeof adam>,
  rng: ReturnType<typeof seeded>,
): Compiled {
  const { heads } = network.options;
  const first = Object.values(network.init(rng)).flatMap(({ data }) => Array.from(data));
  const vector = (data: Float32Array): Values => ({ shape: [first.length], data });
  return compile({
    name: "train classifier",
    state: {
      parameters: vector(Float32Array.from(first)),
      ...Object.fromEntries(optimizer.slots.map((slot) => [slot, vector(new Float32Array(first.length))])),
    },
    program: ({ state, inputs }) => {
      const lossOf = (joined: tf.Tensor) => {
        const { logits } = network.apply(tensors(network, joined), inputs.images, inputs.keep);
        const losses = Object.entries(heads).map(([head, classes]) => {
          const target = tf.oneHot(inputs[`label.${head}`] as tf.Tensor1D, classes);
          return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits[head])), 1)));
        });
        return losses.reduce((a, b) => tf.add(a, b)) as tf.Scalar;
      };
      const { value, grad } = tf.valueAndGrad(lossOf)(state.parameters);
      const next = optimizer.update({
        parameters: state.parameters as tf.Tensor1D,
        gradient: grad as tf.Tensor1D,
        slots: Object.fromEntries(optimizer.slots.map((slot) => [slot, state[slot]])),
        scalars: inputs,
      });
      return { outputs: { loss: value }, state: { parameters: next.parameters, ...next.slots } };
    },
  });
}

function tensors(network: Classifier, joined: tf.Tensor): Record<string, tf.Tensor> {
  let offset = 0;
  const entries = Object.entries(network.shapes).map(([name, shape]) => {
    const part = tf.reshape(tf.slice(joined, offset, sizeOf(shape)), [...shape]);
    offset += sizeOf(shape);
    return [name, part] as const;
  });
  return Object.fromEntries(entries);
}

function unjoined(network: Classifier, joined: Float32Array): Named<Values> {
  let offset = 0;
  const entries = Object.entries(network.shapes).map(([name, shape]) => {
    const data = joined.slice(offset, offset + sizeOf(shape));
    offset += sizeOf(shape);
    return [name, { shape, data }] as const;
  });
  return Object.fromEntries(entries);
}

function augmented(
  images: NdArray,
  { shift, mirror }: { readonly shift: number; readonly mirror: boolean },
  rng: ReturnType<typeof seeded>,
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
