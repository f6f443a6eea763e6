import * as tf from "@tensorflow/tfjs";
import { type NdArray, sizeOf } from "../array";
import { compile, type EngineName, type Named, type Program, type Values } from "../engine";
import { expected, UsageError } from "../errors";
import type { Parameters } from "../networks/network";
import { averageWeight } from "./average";
import { joinVector, resumeCheckpoint, type Settings, saveCheckpoint, splitVector } from "./checkpoint";
import type { Optimizer } from "./optimizer";
import { sumOfParts } from "./parts";

/** What is told while a run goes on. */
export interface Progress {
  /** Steps done, and steps in all. */
  readonly step: number;
  readonly steps: number;
  /** Mean loss of the latest steps, 25 at most. */
  readonly loss: number;
  /** Steps per second, over the latest seconds; NaN, as is `secondsLeft`, after the first step, which compiles. */
  readonly rate: number;
  readonly secondsLeft: number;
}

export interface RunOptions {
  /** Number of steps in all, those of a resumed checkpoint included. */
  readonly steps: number;
  /** Called after every step. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Path of a `.safetensors` file. It is written every 30 seconds, at the end, and when the run is stopped by
   * `signal` or Ctrl-C; when it exists, the run goes on from it, and ends as if it had never stopped.
   */
  readonly checkpoint?: string;
  /** Stops the run between two steps: it saves its checkpoint, then throws an `AbortError`. */
  readonly signal?: AbortSignal;
  readonly engine?: EngineName;
}

export interface MinimiseOptions extends RunOptions {
  /** Used in error messages. */
  readonly name: string;
  readonly initial: Parameters<NdArray>;
  /** The loss of a batch, in tfjs operators; compiled with its gradient and the optimizer. */
  readonly loss: (parameters: Parameters<tf.Tensor>, batch: Named<tf.Tensor>) => tf.Scalar;
  /** The batch of a step, counted from 0. It must depend on the step alone, so that runs can be resumed. */
  readonly batch: (step: number) => Named<Values>;
  readonly optimizer: Optimizer;
  /**
   * How many equal parts of a batch are computed one after another, and their losses and gradients averaged: less memory,
   * the same step. `loss` must be a mean over samples, and the first axis of all that a batch holds be theirs. Default 1.
   */
  readonly parts?: number;
  /** Largest norm of the gradient over all parameters; a larger one is scaled down. Default 10,000, as in the paper. */
  readonly clip?: number;
  /** Decay of the parameters' moving average; see `averageWeight`. 0 turns averaging off. Default 0.999. */
  readonly ema?: number;
  /** What a checkpoint must agree in with this run. */
  readonly settings?: Settings;
  /** Tells in an error about a batch whose loss isn't finite what was special about it. */
  readonly describe?: (batch: Named<Values>) => string;
}

export interface Minimised {
  /** The parameters' moving average: what to use. */
  readonly average: Parameters<NdArray>;
  /** The parameters after the last step. */
  readonly last: Parameters<NdArray>;
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
 * moving average, whose vectors stay with the engine.
 *
 * @throws UsageError if an option is out of range, a checkpoint is of another run, or the loss or gradient
 * stops being finite; AbortError if the run is stopped.
 */
export async function minimise(options: MinimiseOptions): Promise<Minimised> {
  const { name, initial, optimizer, steps, parts = 1, clip = 10_000, ema = 0.999 } = options;
  const { checkpoint: path } = options;
  if (!(Number.isInteger(steps) && steps >= 1)) throw expected("steps as a whole number above 0", `${steps}`);
  if (!(Number.isInteger(parts) && parts >= 1)) throw expected("parts as a whole number above 0", `${parts}`);
  if (!(clip > 0)) throw expected("a clip (gradient norm) above 0", `${clip}`);
  if (!(ema >= 0 && ema < 1)) throw expected("an ema decay from 0 to below 1", `${ema}`);
  if (path !== undefined && !path.endsWith(".safetensors")) {
    throw expected("a checkpoint path that ends in .safetensors", `"${path}"`);
  }

  const shapes = Object.fromEntries(Object.entries(initial).map(([key, value]) => [key, value.shape]));
  const start = joinVector(initial);
  const still: Values = { shape: start.shape, data: new Float32Array(start.data.length) };
  const settings: Settings = {
    ...options.settings,
    optimizer: { name: optimizer.name, ...optimizer.options },
    clip,
    ema,
  };
  const vectors = ["parameters", "average", ...optimizer.slots];
  const resumed = path ? resumeCheckpoint(path, { vectors, shapes, settings }) : undefined;
  if (resumed && resumed.step > steps) {
    throw expected(`steps of at least ${resumed.step}, which ${path} has done`, `${steps}`);
  }
  const losses = new Float32Array(steps);
  if (resumed) losses.set(resumed.losses);

  const training = compile({
    name,
    engine: options.engine,
    program: trainingStep({ shapes, optimizer, clip, parts, loss: options.loss }),
    state: resumed?.state ?? {
      parameters: start,
      average: start,
      ...Object.fromEntries(optimizer.slots.map((slot) => [slot, still])),
    },
  });

  let step = resumed?.step ?? 0;
  const save = async () => {
    if (!path) return;
    const state = await training.readState();
    saveCheckpoint(path, { step, state, losses: losses.slice(0, step) }, { shapes, settings });
  };
  const first = step;
  let savedStep = step;
  let savedAt = performance.now();
  const clock = stepClock();
  const interruption = watchInterruption(path !== undefined, options.signal);
  try {
    while (step < steps) {
      if (interruption.requested()) {
        await save();
        throw new AbortError(stopMessage(name, step, steps, path));
      }
      const batch = options.batch(step);
      const { loss, norm } = await training.run({
        ...batch,
        ...Object.fromEntries(
          Object.entries(optimizer.scalars(step)).map(([key, value]) => [`step.${key}`, scalar(value)]),
        ),
        "step.averageWeight": scalar(averageWeight(ema, step)),
      });
      losses[step] = loss.data[0];
      if (!Number.isFinite(loss.data[0]) || !Number.isFinite(norm.data[0])) {
        const saved = path && savedStep > 0 ? `the last good checkpoint is ${path} at step ${savedStep}` : "";
        throw notFinite(name, step, losses[step], options.describe?.(batch), saved);
      }
      step++;
      clock.tick();
      if (options.onProgress) {
        const recent = losses.subarray(Math.max(0, step - 25), step);
        const rate = clock.rate();
        options.onProgress({
          step,
          steps,
          loss: recent.reduce((sum, value) => sum + value, 0) / recent.length,
          rate,
          secondsLeft: (steps - step) / rate,
        });
      }
      if (path && performance.now() - savedAt > secondsBetweenCheckpoints * 1000) {
        await save();
        savedStep = step;
        savedAt = performance.now();
      }
      await new Promise(setImmediate); // lets signals, timers and drawing have their turn
    }
    if (first < steps) await save();
    const state = await training.readState();
    return Object.freeze({
      average: splitVector(state.average.data as Float32Array, shapes),
      last: splitVector(state.parameters.data as Float32Array, shapes),
      losses,
      secondsPerStep: clock.secondsPerStep(),
    });
  } finally {
    interruption.stop();
    await training.dispose();
  }
}

const scalar = (value: number): Values => ({ shape: [], data: Float32Array.of(value) });

function trainingStep({
  shapes,
  optimizer,
  clip,
  parts,
  loss,
}: Required<Pick<MinimiseOptions, "optimizer" | "clip" | "parts" | "loss">> & {
  readonly shapes: Parameters<readonly number[]>;
}): Program {
  const names = Object.keys(shapes);
  const sizes = names.map((name) => sizeOf(shapes[name]));
  return ({ state, inputs }) => {
    const pieces = tf
      .split(state.parameters, sizes)
      .map((piece, i) => tf.reshape(piece, [...shapes[names[i]]]));
    const { value, gradient } = sumOfParts(inputs, parts, (part) => {
      const { value, grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
        const mean = loss(Object.fromEntries(names.map((name, i) => [name, values[i]])), part);
        return parts === 1 ? mean : tf.div(mean, parts);
      })(pieces);
      return { value, gradient: tf.concat(grads.map((grad) => tf.reshape(grad, [-1]))) as tf.Tensor1D };
    });
    const norm = tf.sqrt(tf.sum(tf.square(gradient)));
    const clipped = tf.mul(gradient, tf.minimum(1, tf.div(clip, tf.add(norm, 1e-6)))) as tf.Tensor1D;
    const scalars = Object.fromEntries(
      Object.keys(optimizer.scalars(0)).map((key) => [key, inputs[`step.${key}`]]),
    );
    const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, state[slot]]));
    const next = optimizer.update({
      parameters: state.parameters as tf.Tensor1D,
      gradient: clipped,
      slots,
      scalars,
    });
    const average = tf.add(
      next.parameters,
      tf.mul(tf.sub(state.average, next.parameters), inputs["step.averageWeight"]),
    );
    return {
      outputs: { loss: value, norm },
      state: { parameters: next.parameters, average, ...next.slots },
    };
  };
}

/** Times of the latest steps, the first left out. */
function stepClock() {
  const times: number[] = [];
  let count = 0;
  let begin = Number.NaN;
  let end = Number.NaN;
  return {
    tick() {
      end = performance.now();
      if (count++ === 0) begin = end;
      times.push(end);
      while (times.length > 2 && end - times[0] > 5000) times.shift();
    },
    rate: () => (times.length > 1 ? ((times.length - 1) * 1000) / (end - times[0]) : Number.NaN),
    secondsPerStep: () => (count > 1 ? (end - begin) / 1000 / (count - 1) : Number.NaN),
  };
}

function watchInterruption(catchSignal: boolean, signal: AbortSignal | undefined) {
  let interrupted = false;
  const onInterrupt = () => {
    interrupted = true;
  };
  if (catchSignal) process.once("SIGINT", onInterrupt);
  return {
    requested: () => interrupted || (signal?.aborted ?? false),
    stop: () => process.off("SIGINT", onInterrupt),
  };
}

function stopMessage(name: string, step: number, steps: number, path: string | undefined): string {
  const saved = path ? ` Run it again with the same options to go on from ${path}.` : "";
  return `${name} was stopped after ${step} of ${steps} steps.${saved}`;
}

function notFinite(name: string, step: number, loss: number, about: string | undefined, saved: string) {
  const what = Number.isFinite(loss) ? "gradient" : "loss";
  const facts = [`loss ${loss}`, about, saved].filter(Boolean).join("; ");
  return new UsageError(
    `The ${what} of ${name} is not finite at step ${step} (${facts}). ` +
      "Try a lower learning rate, a lower clip such as 1, or times further from 0 and 1.",
  );
}
