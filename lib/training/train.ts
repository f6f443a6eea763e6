import type * as tf from "@tensorflow/tfjs";
import type { NdArray } from "../array";
import type { Condition, Coupling } from "../couplings/coupling";
import { batchOf, type Samples } from "../data/samples";
import type { Named, Values } from "../engine";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import { type Interpolant, interpolate } from "../interpolants";
import type { Network, NetworkInput, Parameters } from "../networks/network";
import { type Objective, velocityLoss } from "../objectives";
import { type Rng, rng } from "../random";
import { adam } from "./adam";
import { differences } from "./checkpoint";
import { checksum } from "./checksum";
import { conditionInputs, floats } from "./condition-inputs";
import { type MinimiseOptions, minimise, type RunOptions } from "./minimise";
import { type NetworkFieldOptions, networkField } from "./network-field";
import { stratifiedTimes } from "./times";

export interface TrainOptions extends RunOptions, Pick<MinimiseOptions, "clip" | "ema"> {
  /** Draws of x1 to learn from. */
  readonly data: Samples;
  readonly coupling: Coupling;
  readonly interpolant: Interpolant;
  /** Built with `condition: coupling.condition`. */
  readonly network: Network;
  /** Default: the velocity b. */
  readonly objective?: Objective;
  /** Default: Adam as in the paper. */
  readonly optimizer?: MinimiseOptions["optimizer"];
  /** Samples in each step. Default 64. */
  readonly batch?: number;
  /** Decides the first parameters and every batch. */
  readonly seed: number;
  /** Least and greatest time drawn. Default [0.001, 0.999]. */
  readonly times?: readonly [number, number];
}

/** A trained network. */
export interface Trained {
  readonly network: Network;
  /** The moving average of the parameters. */
  readonly parameters: Parameters<NdArray>;
  /** The objective's name: whether `field` is b or g. */
  readonly objective: string;
  /** The loss at each step. */
  readonly losses: Float32Array;
  readonly steps: number;
  /** Seconds per step in this run, compiling left out. */
  readonly secondsPerStep: number;
  /** The network as a function of (t, x, ξ). */
  field(options?: Pick<NetworkFieldOptions, "engine" | "chunk">): Field;
}

/**
 * Algorithm 1: fits a network to the velocity (or denoiser) of an interpolant between coupled draws.
 *
 * Each step draws a batch of targets with replacement, their base draws and conditions by the coupling,
 * and stratified times, all from `rng(seed).fork("batch", step)`: a run that was stopped and resumed from
 * its checkpoint ends as one that wasn't.
 *
 * @throws UsageError if the network's condition isn't the coupling's, an option is out of range, a checkpoint
 * is of another run, or the loss stops being finite; AbortError if the run is stopped.
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { data, coupling, interpolant, network, seed, steps } = options;
  const { objective = velocityLoss(), optimizer = adam(), batch = 64, times = [0.001, 0.999] } = options;
  if (!(Number.isInteger(batch) && batch >= 1)) throw expected("a batch of 1 sample or more", `${batch}`);
  const condition = differences(network.condition, coupling.condition, "condition");
  if (condition.length > 0) {
    throw expected(
      `a network for the condition of the coupling "${coupling.name}", ${JSON.stringify(coupling.condition)}`,
      JSON.stringify(network.condition),
      "Build it with condition: coupling.condition.",
    );
  }
  const source = rng(seed);
  const draw = (step: number) =>
    drawBatch({ data, coupling, interpolant, objective, batch, times }, source.fork("batch", step));

  const result = await minimise({
    name: `training of the ${objective.name} (${network.name}, ${coupling.name})`,
    initial: network.init(source.fork("init")),
    loss: (parameters, inputs) =>
      objective.loss(
        network.apply(parameters, inputs as unknown as NetworkInput),
        inputs.target as tf.Tensor,
      ),
    batch: draw,
    optimizer,
    steps,
    clip: options.clip,
    ema: options.ema,
    checkpoint: options.checkpoint,
    onProgress: options.onProgress,
    signal: options.signal,
    engine: options.engine,
    settings: {
      network: { name: network.name, ...network.options },
      objective: objective.name,
      coupling: coupling.name,
      interpolant: interpolant.name,
      batch,
      seed,
      times,
      // Shows changes that no name tells of: the data, the mask's options, …
      ...(options.checkpoint && { "checksum of the first batch": checksum(draw(0)) }),
    },
    describe: ({ t }) => {
      const sorted = [...t.data].sort((a, b) => a - b);
      return `t from ${sorted[0].toFixed(4)} to ${sorted[sorted.length - 1].toFixed(4)}`;
    },
  });
  const parameters = result.average;
  return Object.freeze({
    network,
    parameters,
    objective: objective.name,
    losses: result.losses,
    steps,
    secondsPerStep: result.secondsPerStep,
    field: (settings = {}) => networkField({ engine: options.engine, ...settings, network, parameters }),
  } satisfies Trained);
}

type Draws = Required<
  Pick<TrainOptions, "data" | "coupling" | "interpolant" | "objective" | "batch" | "times">
>;

function drawBatch(
  { data, coupling, interpolant, objective, batch, times }: Draws,
  source: Rng,
): Named<Values> {
  const targets = batchOf(data, batch, source.fork("rows"));
  const pairs = coupling.draw(targets, source.fork("coupling"));
  const t = stratifiedTimes(batch, times, source.fork("times"));
  const z = interpolant.hasLatent ? source.fork("latent").normals(pairs.x0.shape) : undefined;
  const xi: Condition = pairs.xi;
  const { xt, dxt } = interpolate({ interpolant, pairs, t, z, keep: xi.keep });
  return {
    x: floats(xt),
    target: floats(objective.target({ dxt, z })),
    t: { shape: [batch], data: t },
    ...conditionInputs(xi, coupling.condition, batch),
  };
}
