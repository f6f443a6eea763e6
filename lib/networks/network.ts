import type * as tf from "@tensorflow/tfjs";
import type { NdArray } from "../array";
import type { ConditionSpec } from "../couplings/coupling";
import type { Rng } from "../random";

/** Named parameters, in a fixed order. */
export type Parameters<T> = Readonly<Record<string, T>>;

/** What a network is applied to, as tfjs tensors (symbolic while it is compiled). */
export interface NetworkInput {
  /** x_t, `[n, d]` or `[n, h, w, c]`. */
  readonly x: tf.Tensor;
  /** Times, `[n]`. */
  readonly t: tf.Tensor1D;
  /** Classes, int32 `[n]`, where `condition.classes` is set; −1 where the class isn't known. */
  readonly labels?: tf.Tensor1D;
  /** The probability of each class, `[n, classes]`: in place of `labels` where `condition.soft` is set. */
  readonly labelWeights?: tf.Tensor;
  /**
   * Vectors `[n, k]`. With `condition.unembedded` `[n, k + 1]`: the last number is 1, or 0 where the vector isn't
   * known and all others are 0 too.
   */
  readonly embedding?: tf.Tensor;
  /** Mask, `[n, h, w, 1]` or `[n, d]`; see `Condition`. */
  readonly keep?: tf.Tensor;
  /** Channels to append, `[n, h, w, k]`; for points `[n, k]`. */
  readonly image?: tf.Tensor;
}

/**
 * A network as two pure functions, written in ordinary tfjs operators, so that the engine can
 * compile it with a training step or alone.
 */
export interface Network {
  readonly name: string;
  /** The options that made it, as JSON: stored in checkpoints and compared on resume. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly condition: ConditionSpec;
  /**
   * How many samples a training step is best computed for at once: `train` cuts larger batches into parts. Absent where
   * parts cost more time than they save.
   */
  readonly together?: number;
  /** The shape of each parameter, known without drawing any. */
  readonly shapes: Parameters<readonly number[]>;
  /** Draws initial parameters. */
  init(rng: Rng): Parameters<NdArray>;
  /** The output, of x's shape. Masked where `keep` is given: zero where keep = 1. */
  apply(parameters: Parameters<tf.Tensor>, input: NetworkInput): tf.Tensor;
}
