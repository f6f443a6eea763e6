import type * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../array";
import type { ConditionSpec } from "../conditions/part";
import type { Rng } from "../random";

/** Named parameters, in a fixed order. */
export type Parameters<T> = Readonly<Record<string, T>>;

/** What a network is applied to, as tfjs tensors (symbolic while it is compiled). */
export interface NetworkInput {
  /** x_t, `[n, d]` or `[n, h, w, c]`. */
  readonly x: tf.Tensor;
  /** Times, `[n]`. */
  readonly t: tf.Tensor;
  /**
   * The parts of ξ by name, as `conditionInputs` gives them: `labels` int32 `[n]`, −1 where unknown;
   * `labelWeights` `[n, classes]`; `embedding` `[n, k]`, plus an indicator where rows may be missing, 0 in
   * missing rows and 1 in others; `keep` `[n, h, w, 1]` or `[n, d]`; `image` `[n, h, w, k]` or `[n, k]`.
   */
  readonly xi: Readonly<Record<string, tf.Tensor>>;
}

/** The shapes of parts of ξ, by name; the first length of each is the number of samples. */
export type PartShapes = Readonly<Record<string, readonly number[]>>;

/**
 * A network as two pure functions, written in ordinary tfjs operations, so that the engine can
 * compile it with a training step or alone.
 */
export interface Network {
  /** Its kind, such as "mlp", or a name of your own. */
  readonly name: string;
  /** The options that made it, as JSON: stored in checkpoints and compared on resume. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The parts of ξ that it takes. */
  readonly condition: ConditionSpec;
  /**
   * How many samples are best computed at once in training: `train` splits larger batches into microbatches.
   * Absent where that would cost more time than it saves.
   */
  readonly microbatch?: number;
  /** The shape of each parameter, known without drawing any. */
  readonly shapes: Parameters<readonly number[]>;
  /**
   * Throws where it can't take samples of this shape, or beside them parts of ξ of these shapes, by name;
   * absent where only `apply` tells.
   */
  check?(shape: readonly number[], xi?: PartShapes): void;
  /** Draws initial parameters. */
  init(rng: Rng): Parameters<NdArray>;
  /** The output, of x's shape. Where ξ has a mask, zero where ξ.keep = 1. */
  apply(parameters: Parameters<tf.Tensor>, input: NetworkInput): tf.Tensor;
}
