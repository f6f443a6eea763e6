import type * as tf from "@tensorflow/tfjs";
import type { Named } from "../engine";

/**
 * A rule that changes all parameters at once, joined into one vector. It is applied inside the compiled
 * training step; `scalars` gives the numbers that differ from step to step.
 */
export interface Optimizer {
  readonly name: string;
  /** As JSON: stored in checkpoints and compared on resume. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of the vectors that it keeps from step to step; they start at zero. */
  readonly slots: readonly string[];
  /** Numbers for the step, counted from 0. */
  scalars(step: number): Named<number>;
  /** The parameters and slots after a step along `gradient`. */
  update(given: {
    readonly parameters: tf.Tensor1D;
    readonly gradient: tf.Tensor1D;
    readonly slots: Named<tf.Tensor>;
    readonly scalars: Named<tf.Tensor>;
  }): { readonly parameters: tf.Tensor; readonly slots: Named<tf.Tensor> };
}
