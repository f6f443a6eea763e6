import * as tf from "@tensorflow/tfjs";
import { type NdArray, ndarray } from "../array";
import type { EngineName, Named, Values } from "../engine";
import type { Network, NetworkInput } from "../networks";
import { randomInputs } from "../networks/random-inputs";
import { squaredError } from "../objectives";
import type { Rng } from "../random";
import { adam, type Minimised, minimise } from "../training";
import { defaultParts } from "../training/parts";

/** A network with batches to train on, for measuring what it costs. */
export interface Workload {
  readonly name: string;
  readonly network: Network;
  readonly parameters: Readonly<Record<string, NdArray>>;
  /** The network's inputs, and `target`. */
  readonly batches: readonly Named<Values>[];
  /** Learning rate. */
  readonly rate: number;
}

export interface WorkloadOptions {
  readonly name: string;
  readonly network: Network;
  /** Shape of one sample. */
  readonly sample: readonly number[];
  readonly batch: number;
  /** Number of batches. Default 1. */
  readonly batches?: number;
  /** Default 1e-3. */
  readonly rate?: number;
  readonly rng: Rng;
}

/** Random weights, without the zeros of a fresh last layer, and random batches. */
export function makeWorkload(options: WorkloadOptions): Workload {
  const { name, network, sample, batch, batches = 1, rate = 1e-3, rng } = options;
  const parameters = Object.fromEntries(
    Object.entries(network.init(rng.fork("init"))).map(([key, { shape, data }]) => {
      const noise = rng.fork("noise", key).normals(shape);
      const disturbed = Float32Array.from(data, (x, i) => x + 0.05 * noise.data[i]);
      return [key, ndarray(shape, disturbed)];
    }),
  );
  return {
    name,
    network,
    parameters,
    rate,
    batches: Array.from({ length: batches }, (_, i) => ({
      ...randomInputs(network, { sample, batch, rng: rng.fork("batch", i) }),
      target: rng.fork("target", i).normals([batch, ...sample]) as Values,
    })),
  };
}

export interface TrainOnOptions {
  readonly steps: number;
  readonly engine?: EngineName;
  /** Called after every step. */
  readonly onProgress?: () => void;
  readonly signal?: AbortSignal;
}

/** Trains for some steps from the given parameters, on the batches in turn, cut into parts as `train` does. */
export function trainOn(work: Workload, options: TrainOnOptions): Promise<Minimised> {
  return minimise({
    name: work.name,
    initial: work.parameters,
    loss: (parameters, { target, ...input }) =>
      squaredError().mean(
        tf.sub(work.network.apply(parameters, input as unknown as NetworkInput), target as tf.Tensor),
      ),
    batch: (step) => work.batches[step % work.batches.length],
    parts: defaultParts(work.network, work.batches[0].x.shape[0]),
    optimizer: adam({ rate: work.rate }),
    ...options,
  });
}
