import type { NdArray } from "../array";
import type { Samples } from "../data/samples";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import type { Network, Parameters } from "../networks/network";
import { adam } from "./adam";
import type { MinimiseOptions, RunOptions } from "./minimise";
import { type NetworkFieldOptions, networkField } from "./network-field";

/** What every training from data takes. */
export interface FitOptions extends RunOptions, Pick<MinimiseOptions, "clip" | "ema"> {
  /** Draws of x1 to learn from. */
  readonly data: Samples;
  /** Default: Adam as in the paper. */
  readonly optimizer?: MinimiseOptions["optimizer"];
  /** Samples in each step. Default 64. */
  readonly batch?: number;
  /** Decides the first parameters and every batch. */
  readonly seed: number;
  /** Least and greatest time drawn. Default [0.001, 0.999]. */
  readonly times?: readonly [number, number];
}

/** What every training gives. */
export interface Fitted {
  readonly network: Network;
  /** The moving average of the network's parameters. */
  readonly parameters: Parameters<NdArray>;
  /** The loss at each step. */
  readonly losses: Float32Array;
  /** Seconds per step in this run, compiling left out. */
  readonly secondsPerStep: number;
  /** The network as a function of (t, x, ξ). */
  field(options?: Pick<NetworkFieldOptions, "engine" | "chunk">): Field;
}

/** The options with their defaults, and those among them that `minimise` takes as they are. */
export function settled(options: FitOptions) {
  const { batch = 64, times = [0.001, 0.999], optimizer = adam(), seed } = options;
  if (!(Number.isInteger(batch) && batch >= 1)) throw expected("a batch of 1 sample or more", `${batch}`);
  const { steps, clip, ema, checkpoint, onProgress, signal, engine } = options;
  return {
    batch,
    times,
    seed,
    run: { optimizer, steps, clip, ema, checkpoint, onProgress, signal, engine },
  };
}

/** The network with these parameters, to be evaluated on the engine that trained it unless another is asked for. */
export function fittedField(
  trained: Pick<NetworkFieldOptions, "network" | "parameters" | "engine">,
): Fitted["field"] {
  return (settings = {}) => networkField({ ...trained, ...settings });
}
