import type * as tf from "@tensorflow/tfjs-core";
import type { Named } from "../engine";

/**
 * A rule that changes all parameters at once, joined into one vector. It is applied inside the compiled
 * training step; `scalars` gives the numbers that differ from step to step.
 */
export interface Optimizer {
  /** Its kind; checkpoints compare it. */
  readonly name: string;
  /** As JSON: stored in checkpoints and compared on resume. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of the vectors that it keeps from step to step; they start at zero. */
  readonly slots: readonly string[];
  /** The numbers of a step, counted from 0. */
  scalars(step: number): Named<number>;
  /** The parameters and slots after a step along `gradient`. */
  update(given: {
    /** Names and shapes of the parameters, in the order in which they lie in the vectors. */
    readonly entries: readonly { readonly name: string; readonly shape: readonly number[] }[];
    readonly parameters: tf.Tensor1D;
    readonly gradient: tf.Tensor1D;
    readonly slots: Named<tf.Tensor>;
    readonly scalars: Named<tf.Tensor>;
  }): { readonly parameters: tf.Tensor; readonly slots: Named<tf.Tensor> };
}

/**
 * Weight of the old average at a step, counted from 0: min(`ema`, (1 + step) / (10 + step)). The rising part
 * keeps the first values of the parameters out of the average of a short run: after k steps it reaches back
 * over about the last tenth of them, until `ema` is reached (at step 8990 for 0.999).
 */
export function averageWeight(ema: number, step: number): number {
  return Math.min(ema, (1 + step) / (10 + step));
}
