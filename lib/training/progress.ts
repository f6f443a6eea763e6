import { meanOf } from "../statistics/mean";
import type { Kept } from "./keeper";

/** The progress of a run that learns a `Model`. */
export interface Progress<Model = unknown> {
  /** Steps done. */
  readonly step: number;
  /** Steps in total. */
  readonly steps: number;
  /** Mean loss over the latest steps, at most 25. */
  readonly loss: number;
  /** Over the latest seconds; NaN, as is `secondsLeft`, after the first step, which compiles. */
  readonly stepsPerSecond: number;
  /** An estimate of the seconds to the end; NaN after the first step. */
  readonly secondsLeft: number;
  /** The step from which a run went on that had been interrupted. */
  readonly resumedAt?: number;
  /** Given, nothing was trained: the model was kept from an earlier run. */
  readonly kept?: Kept;
  /** The loss at each step so far. */
  readonly losses: Float32Array;
  /**
   * The model so far, of the parameters' moving average; it stays as it is when the training goes on. To be
   * called before the callback has returned, or what it returned is settled. The training's numbers are the
   * same with it and without.
   */
  model(): Promise<Model>;
}

/** The progress after a step, of the losses of all steps. */
export function progressOf(
  step: number,
  steps: number,
  losses: Float32Array,
  stepsPerSecond: number,
): Omit<Progress, "model"> {
  const recent = losses.subarray(Math.max(0, step - 25), step);
  return {
    step,
    steps,
    loss: meanOf(recent),
    stepsPerSecond,
    secondsLeft: (steps - step) / stepsPerSecond,
    losses: losses.subarray(0, step),
  };
}
