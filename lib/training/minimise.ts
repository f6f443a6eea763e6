import type * as tf from "@tensorflow/tfjs";
import { type Arrays, compile, type EngineName, type Tensors, type Values } from "../engine";
import type { TreeOf } from "../engine/tree";
import { expected, UsageError } from "../errors";
import {
  type Checkpoint,
  isFiniteState,
  resumeCheckpoint,
  type Settings,
  saveCheckpoint,
} from "./checkpoint";
import { stepClock } from "./clock";
import { averageWeight, type Optimizer } from "./optimizer";
import { type Layout, layoutOf, type TreeLike } from "./parameters";
import { type TrainingState, trainingStep } from "./step";

/** The progress of a run that learns a `Model`. */
export interface Progress<Model = unknown> {
  /** Steps done, and steps in total. */
  readonly step: number;
  readonly steps: number;
  /** Mean loss over the latest steps, at most 25. */
  readonly loss: number;
  /** Over the latest seconds; NaN, as is `secondsLeft`, after the first step, which compiles. */
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
  /** The loss at each step so far. */
  readonly losses: Float32Array;
  /**
   * The model so far, of the parameters' moving average; it stays as it is when the training goes on. To be
   * called before the callback has returned, or what it returned is settled. The training's numbers are the
   * same with it and without.
   */
  model(): Promise<Model>;
}

/** What `onProgress` may return. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing is the usual one
type Answer = void | "stop";

export interface RunOptions<Model = unknown> {
  /** Total number of steps, those of a resumed checkpoint included. */
  readonly steps: number;
  /**
   * Called after every step; the next one waits for a promise that it returns. Where it returns "stop" the
   * run ends, as it does by `signal`.
   */
  onProgress?(progress: Progress<Model>): Answer | Promise<Answer>;
  /**
   * Path of a `.safetensors` file. It is written every 30 seconds, at the end, and when the run is stopped;
   * when it exists, the run resumes from it, and ends as if it had never stopped.
   */
  readonly checkpoint?: string;
  /** Stops the run between two steps: it saves its checkpoint, then throws an `AbortError`. */
  readonly signal?: AbortSignal;
  readonly engine?: EngineName;
}

/** The model of its `onProgress` is the parameters' moving average. */
export interface MinimiseOptions<P, Batch> extends RunOptions<P> {
  /** Used in error messages. */
  readonly name: string;
  /** The first parameters: a record of arrays, or records of such records. */
  readonly initial: P;
  /** The batch of a step, counted from 0. It must depend on the step alone, so that runs can be resumed. */
  readonly batch: (step: number) => Batch | Promise<Batch>;
  /**
   * The loss of a batch, in tfjs operators; compiled with its gradient and the optimizer.
   * TypeScript knows its arguments where `initial` and `batch` are written before it.
   */
  readonly loss: (parameters: TreeLike<P, tf.Tensor>, batch: Tensors<Batch>) => tf.Scalar;
  readonly optimizer: Optimizer;
  /**
   * Gradient accumulation: the number of equal microbatches that a batch is cut into. They are computed one
   * after another, and their losses and gradients averaged: the same step with less memory. `loss` must be a
   * mean over samples, and the first axis of every array in a batch that of the samples. Default 1.
   */
  readonly accumulationSteps?: number;
  /**
   * Largest norm of the gradient over all parameters; larger gradients are scaled down to it. Default 10,000,
   * as in the paper.
   */
  readonly clipNorm?: number;
  /** Decay of the parameters' moving average; see `averageWeight`. 0 turns averaging off. Default 0.999. */
  readonly ema?: number;
  /** Settings in which a checkpoint must agree with this run. */
  readonly settings?: Settings;
  /** Describes a batch whose loss isn't finite, for the error. */
  readonly describe?: (batch: Batch) => string;
}

export interface Minimised<P> {
  /** The parameters' moving average: what to use. */
  readonly average: P;
  /** The parameters after the last step. */
  readonly last: P;
  /** The loss at each step. */
  readonly losses: Float32Array;
  /** Seconds per step in this run, the first step (which compiles) left out; NaN if there was no other. */
  readonly secondsPerStep: number;
}

/** A run that was stopped from outside, between two steps. */
export class AbortError extends Error {
  override readonly name = "AbortError";
}

const secondsBetweenCheckpoints = 30;

/**
 * Minimises a loss over batches: one compiled program per step for loss, gradient, clipping, optimizer and
 * moving average, whose vectors stay in the engine.
 *
 * @throws UsageError if an option is out of range, a checkpoint is damaged or from another run, or the loss,
 * the gradient or a parameter stops being finite; AbortError if the run is stopped.
 *
 * @example
 * import * as tf from "@tensorflow/tfjs";
 * // The mean of `data`, by stochastic gradient descent.
 * const { average } = await minimise({
 *   name: "mean",
 *   initial: { mean: ndarray([2], new Float32Array(2)) },
 *   batch(step) {
 *     const { shape, data: numbers } = batchOf(data, 64, rng(step)).x;
 *     return { x: { shape, data: Float32Array.from(numbers) } };
 *   },
 *   loss: ({ mean }, { x }) => tf.mean(tf.square(tf.sub(x, mean))) as tf.Scalar,
 *   optimizer: adam({ learningRate: 0.05, schedule: cosine({ steps: 200 }) }),
 *   steps: 200,
 * }); // average.mean: about [0.5, 0.1]
 */
export async function minimise<P, Batch extends TreeOf<Batch, Values>>(
  options: MinimiseOptions<P, Batch>,
): Promise<Minimised<P>> {
  const { name, initial, optimizer, steps, accumulationSteps = 1, clipNorm = 10_000, ema = 0.999 } = options;
  const { checkpoint: path, signal, onProgress } = options;
  assertOptions({ steps, accumulationSteps, clipNorm, ema, path });
  const layout = layoutOf(initial);
  const settings: Settings = {
    ...options.settings,
    optimizer: { name: optimizer.name, ...optimizer.options },
    clipNorm,
    ema,
  };
  const resumed = path ? resumeCheckpoint(path, { slots: optimizer.slots, layout, settings }) : undefined;
  if (resumed && resumed.step > steps) {
    throw expected(`steps of at least ${resumed.step}, which ${path} has done`, `${steps}`);
  }
  const losses = new Float32Array(steps);
  if (resumed) losses.set(resumed.losses);

  const training = compile({
    name,
    engine: options.engine,
    program: trainingStep<P, Batch>({ layout, optimizer, clipNorm, accumulationSteps, loss: options.loss }),
    state: resumed?.state ?? firstState(layout, initial, optimizer),
  });

  let step = resumed?.step ?? 0;
  let saved = step;
  let savedAt = performance.now();
  const checked = async (): Promise<TrainingState> => {
    const state = await training.readState();
    if (isFiniteState(state)) return state;
    throw notFinite({ name, what: "state", step, path, saved });
  };
  const save = async () => {
    if (!path) return;
    const checkpoint: Checkpoint = { step, state: await checked(), losses: losses.slice(0, step) };
    saveCheckpoint(path, checkpoint, { layout, settings });
    saved = step;
    savedAt = performance.now();
  };
  const model = async () => layout.split((await checked()).average.data as Float32Array);
  const first = step;
  const clock = stepClock();
  let stop = false;
  try {
    while (step < steps) {
      if (stop || signal?.aborted) {
        await save();
        throw new AbortError(stopMessage(name, step, steps, path));
      }
      const batch = await options.batch(step);
      const { loss, norm } = await training.run({
        batch: batch as Arrays<Tensors<Batch>>,
        step: {
          averageWeight: scalar(averageWeight(ema, step)),
          optimizer: Object.fromEntries(
            Object.entries(optimizer.scalars(step)).map(([key, value]) => [key, scalar(value)]),
          ),
        },
      });
      losses[step] = loss.data[0];
      if (!Number.isFinite(loss.data[0]) || !Number.isFinite(norm.data[0])) {
        const what = Number.isFinite(loss.data[0]) ? "gradient" : "loss";
        const about = [`loss ${loss.data[0]}`, options.describe?.(batch)];
        throw notFinite({ name, what, step, path, saved, about });
      }
      step++;
      clock.tick();
      const stepsPerSecond = clock.stepsPerSecond();
      const answer = await onProgress?.({ ...progressOf(step, steps, losses, stepsPerSecond), model });
      stop = answer === "stop";
      if (path && performance.now() - savedAt > secondsBetweenCheckpoints * 1000) await save();
      await new Promise(setImmediate); // yields to signals, timers and drawing
    }
    if (first < steps) await save();
    const state = await checked();
    return Object.freeze({
      average: layout.split(state.average.data as Float32Array),
      last: layout.split(state.parameters.data as Float32Array),
      losses,
      secondsPerStep: clock.secondsPerStep(),
    });
  } finally {
    await training.dispose();
  }
}

const scalar = (value: number): Values => ({ shape: [], data: Float32Array.of(value) });

function assertOptions({
  steps,
  accumulationSteps,
  clipNorm,
  ema,
  path,
}: Record<"steps" | "accumulationSteps" | "clipNorm" | "ema", number> & { readonly path?: string }): void {
  for (const [option, value] of Object.entries({ steps, accumulationSteps })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw expected(`${option} as a whole number above 0`, `${value}`);
    }
  }
  if (!(clipNorm > 0)) throw expected("a clipNorm (of the gradient) above 0", `${clipNorm}`);
  if (!(ema >= 0 && ema < 1)) throw expected("an ema decay from 0 to below 1", `${ema}`);
  if (path !== undefined && !path.endsWith(".safetensors")) {
    throw expected("a checkpoint path that ends in .safetensors", `"${path}"`);
  }
}

function firstState<P>(layout: Layout<P>, initial: P, optimizer: Optimizer): TrainingState {
  const shape = [layout.size];
  const parameters = { shape, data: layout.join(initial) };
  const zeros = { shape, data: new Float32Array(layout.size) };
  const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, zeros]));
  return { parameters, average: parameters, slots };
}

function progressOf(
  step: number,
  steps: number,
  losses: Float32Array,
  stepsPerSecond: number,
): Omit<Progress, "model"> {
  const recent = losses.subarray(Math.max(0, step - 25), step);
  return {
    step,
    steps,
    loss: recent.reduce((sum, value) => sum + value, 0) / recent.length,
    stepsPerSecond,
    secondsLeft: (steps - step) / stepsPerSecond,
    losses: losses.subarray(0, step),
  };
}

function stopMessage(name: string, step: number, steps: number, path: string | undefined): string {
  const advice = path
    ? `Run it again with the same options to go on from ${path}.`
    : "What it has learned is lost: pass a path as checkpoint, and it will go on when it is run again.";
  return `${name} was stopped after ${step} of ${steps} steps. ${advice}`;
}

function notFinite({
  name,
  what,
  step,
  path,
  saved,
  about = [],
}: {
  readonly name: string;
  readonly what: "loss" | "gradient" | "state";
  readonly step: number;
  readonly path: string | undefined;
  /** The step of the last checkpoint; 0 where there is none. */
  readonly saved: number;
  readonly about?: readonly (string | undefined)[];
}): UsageError {
  const good = path && saved > 0 ? `the last good checkpoint is ${path} at step ${saved}` : undefined;
  const facts = [...about, good].filter(Boolean).join("; ");
  const fault =
    what === "state"
      ? `The parameters of ${name}, or its optimizer's state, are not finite after step ${step}`
      : `The ${what} of ${name} is not finite at step ${step}`;
  const anew = good
    ? " Other options need a checkpoint of their own: pass another path, or delete the file."
    : "";
  return new UsageError(
    `${fault}${facts && ` (${facts})`}. ` +
      `Try a lower learning rate, a lower clipNorm such as 1, or times further from 0 and 1.${anew}`,
  );
}
