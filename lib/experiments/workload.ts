import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray } from "../array";
import type { Condition } from "../conditions/condition";
import { floatInput } from "../conditions/options";
import type { Values } from "../engine";
import type { Network, Parameters } from "../networks";
import { randomCondition, randomInputs } from "../networks/random-inputs";
import { squaredError } from "../objectives";
import type { Rng } from "../random";
import { adam, type Minimised, minimise, type Optimizer, type RunOptions } from "../training";
import { defaultAccumulation } from "../training/step";

/** What a network is trained on in one step, and the ξ that its inputs were made from. */
interface WorkloadBatch {
  readonly inputs: { readonly input: ReturnType<typeof randomInputs>; readonly target: Values };
  readonly xi: Condition;
}

/** A network with batches to train on, for measuring what it costs. */
export interface Workload {
  readonly name: string;
  readonly network: Network;
  readonly parameters: Parameters<NdArray>;
  readonly batches: readonly WorkloadBatch[];
  readonly learningRate: number;
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
  readonly learningRate?: number;
  readonly rng: Rng;
}

/** Random weights, without the zeros of a fresh last layer, and random batches. */
export function makeWorkload(options: WorkloadOptions): Workload {
  const { name, network, sample, batch, batches = 1, learningRate = 1e-3, rng } = options;
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
    learningRate,
    batches: Array.from({ length: batches }, (_, i) => {
      const given = { sample, batch, rng: rng.fork("batch", i) };
      const target = floatInput(rng.fork("target", i).normals([batch, ...sample]));
      return { inputs: { input: randomInputs(network, given), target }, xi: randomCondition(network, given) };
    }),
  };
}

/**
 * Trains for some steps from the given parameters, on the batches in turn, cut into microbatches as `train`
 * does.
 */
export function trainOn(
  work: Workload,
  options: Pick<RunOptions<Parameters<NdArray>>, "steps" | "engine" | "onProgress"> & {
    /** Default Adam with the work's learning rate. */
    readonly optimizer?: Optimizer;
  },
): Promise<Minimised<Parameters<NdArray>>> {
  return minimise({
    name: work.name,
    initial: work.parameters,
    batch: (step) => work.batches[step % work.batches.length].inputs,
    loss: (parameters, { input, target }) =>
      squaredError().mean(tf.sub(work.network.apply(parameters, input), target)),
    accumulationSteps: defaultAccumulation(work.network, work.batches[0].inputs.target.shape[0]),
    optimizer: adam({ learningRate: work.learningRate }),
    ...options,
  });
}
