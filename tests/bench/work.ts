import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { type NdArray, ndarray } from "../../lib/array";
import type { EngineName, Named, Values } from "../../lib/engine";
import { mlp, type Network, type NetworkInput, unet } from "../../lib/networks";
import { squaredError } from "../../lib/objectives";
import { rng } from "../../lib/random";
import { adam, type Minimised, minimise, saveSafetensors } from "../../lib/training";
import { defaultParts } from "../../lib/training/parts";

/** A network with the batches that both sides train on. */
export interface Work {
  readonly name: string;
  readonly network: Network;
  readonly parameters: Readonly<Record<string, NdArray>>;
  readonly batches: readonly Named<Values>[];
  readonly rate: number;
}

/** The paper's U-Net with 0.35 million parameters, for grey images of 28 × 28: 16 GFLOP forward for 64 of them. */
export const referenceUnet = () =>
  unet({ channels: 1, dim: 32, mults: [1, 1], blocksPerLevel: 1, headWidth: 24, stem: 3 });

/** 3 → 256 → 256 → 256 → 2, the time being the third input. */
export const referenceMlp = () => mlp({ dim: 2, width: 256, depth: 3 });

/** Random weights, without the zeros of a fresh last layer, and random batches. */
export function makeWork(options: {
  readonly name: string;
  readonly network: Network;
  /** Shape of one sample. */
  readonly sample: readonly number[];
  readonly batch: number;
  readonly batches: number;
  readonly rate?: number;
}): Work {
  const { name, network, sample, batch, batches, rate = 1e-3 } = options;
  const source = rng("bench").fork(name);
  const { classes, unlabelled, soft, embedding, unembedded, keep, imageChannels } = network.condition;
  const channels = (count: number) => [batch, ...sample.slice(0, -1), count];
  const parameters = Object.fromEntries(
    Object.entries(network.init(source.fork("init"))).map(([key, value]) => {
      const noise = source.fork("noise", key).normals(value.shape);
      return [
        key,
        ndarray(
          value.shape,
          Float32Array.from(value.data, (x, i) => x + 0.05 * noise.data[i]),
        ),
      ];
    }),
  );
  const values = (array: NdArray) => array as Values;
  return {
    name,
    network,
    parameters,
    rate,
    batches: Array.from({ length: batches }, (_, i) => {
      const draw = source.fork("batch", i);
      return {
        x: values(draw.normals([batch, ...sample])),
        target: values(draw.normals([batch, ...sample])),
        t: { shape: [batch], data: Float32Array.from({ length: batch }, () => draw.uniform()) },
        ...(classes &&
          !soft && {
            labels: {
              shape: [batch],
              data: Int32Array.from({ length: batch }, () =>
                unlabelled ? draw.int(classes + 1) - 1 : draw.int(classes),
              ),
            },
          }),
        ...(classes &&
          soft && {
            labelWeights: {
              shape: [batch, classes],
              data: Float32Array.from({ length: batch * classes }, () => draw.uniform() / classes),
            },
          }),
        ...(embedding && {
          embedding: values(draw.normals([batch, unembedded ? embedding + 1 : embedding])),
        }),
        ...(keep && {
          keep: {
            shape: channels(1),
            data: Float32Array.from({ length: channels(1).reduce((a, b) => a * b) }, () => draw.int(2)),
          },
        }),
        ...(imageChannels && { image: values(draw.normals(channels(imageChannels))) }),
      };
    }),
  };
}

/** Trains for some steps from the given parameters, on the batches in turn. */
export function trainOn(
  work: Work,
  options: { readonly steps: number; readonly engine?: EngineName; readonly onProgress?: () => void },
): Promise<Minimised> {
  return minimise({
    name: work.name,
    initial: work.parameters,
    loss: (parameters, { target, ...input }) =>
      squaredError().mean(
        tf.sub(work.network.apply(parameters, input as unknown as NetworkInput), target as tf.Tensor),
      ),
    batch: (step) => work.batches[step % work.batches.length],
    parts: process.env.PARTS
      ? Number(process.env.PARTS)
      : defaultParts(work.network, work.batches[0].x.shape[0]),
    optimizer: adam({ rate: work.rate }),
    ...options,
  });
}

/** Writes what peer.py needs, and gives the command that loads it. */
export function peerCommand(work: Work, folder: string): Record<string, unknown> {
  const weights = join(folder, `${work.name} weights.safetensors`);
  const batches = join(folder, `${work.name} batches.safetensors`);
  saveSafetensors(weights, work.parameters as unknown as Named<Values>);
  saveSafetensors(
    batches,
    Object.fromEntries(
      Object.entries(work.batches[0]).map(([key, { shape, data }]) => {
        const joined =
          data instanceof Int32Array
            ? new Int32Array(data.length * work.batches.length)
            : new Float32Array(data.length * work.batches.length);
        work.batches.forEach((batch, i) => {
          joined.set(batch[key].data, i * data.length);
        });
        return [key, { shape: [work.batches.length, ...shape], data: joined }];
      }),
    ),
  );
  const { name, options } = work.network;
  return { do: "load", network: { name, options }, weights, batches, rate: work.rate };
}
