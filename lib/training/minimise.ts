import type * as tf from "@tensorflow/tfjs-core";
import { type Arrays, compile, type Tensors, type Tree, type Values } from "../engine";
import type { AnyProgram } from "../engine/program";
import type { TreeOf } from "../engine/tree";
import { AbortError, expected } from "../errors";
import { type Checkpoint, type Expected, isFiniteState, type Settings } from "./checkpoint";
import { stepClock } from "./clock";
import { assertParts, assertTrainingOptions } from "./given-options";
import { fileKeeper, type Keeper, type Kept, noKeeper } from "./keeper";
import { notFinite, stopMessage } from "./messages";
import { averageWeight, type Optimizer } from "./optimizer";
import { type Layout, layoutOf, type TreeLike } from "./parameters";
import { progressOf } from "./progress";
import { assertOptions, knownToRuns, type RunOptions } from "./run-options";
import { type EndSignals, endSignals, noSignals } from "./signals";
import { snapshotsOf, takenBefore } from "./snapshots";
import { type TrainingState, trainingStep } from "./step";
import { storeFolder } from "./store/folder";
import type { Computation } from "./store/key";
import { openStored } from "./store/open";

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
  /** Changes the parameters in each step, such as `adam()`. */
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
  /**
   * Settings in which a checkpoint must agree with this run, as JSON. With `keepAs`: whatever the batches
   * depend on that a few of them may not show, such as a checksum of the data.
   */
  readonly settings?: Settings;
  /** Describes a batch whose loss isn't finite, for the error. */
  readonly describe?: (batch: Batch) => string;
  /** Numbers of steps, rising, after which the moving average is kept beside the last one. Default none. */
  readonly snapshots?: readonly number[];
}

const known = {
  ...knownToRuns,
  name: true,
  initial: true,
  batch: true,
  loss: true,
  optimizer: true,
  accumulationSteps: true,
  clipNorm: true,
  ema: true,
  settings: true,
  describe: true,
  snapshots: true,
} as const satisfies Record<keyof MinimiseOptions<unknown, unknown>, true>;

/** What a training leaves. */
export interface Minimised<P> {
  /** The parameters' moving average: what to use. */
  readonly average: P;
  /** The parameters after the last step. */
  readonly last: P;
  /** The loss at each step. */
  readonly losses: Float32Array;
  /**
   * Seconds per step in this run, or in the last of those that trained what was kept; the first step (which
   * compiles) left out; NaN if there was no other.
   */
  readonly secondsPerStep: number;
  /** Given where nothing was trained, since the same was kept from an earlier run. */
  readonly kept?: Kept;
  /** The moving average after each number of steps that was asked for. */
  readonly snapshots: readonly { readonly steps: number; readonly average: P }[];
}

/**
 * Minimises a loss over batches: one compiled program per step for loss, gradient, clipping, optimizer and
 * moving average, whose vectors stay in the engine.
 *
 * @throws UsageError if an option is out of range, a checkpoint is damaged or from another run, or the loss,
 * the gradient or a parameter stops being finite; AbortError if the run is stopped.
 *
 * @example
 * import * as tf from "@tensorflow/tfjs-core";
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
  const { snapshots = [] } = options;
  assertTrainingOptions(options, known, "minimise");
  assertParts({ optimizer });
  assertOptions({ ...options, accumulationSteps, clipNorm, ema, snapshots });
  const layout = layoutOf(initial);
  const settings: Settings = {
    ...options.settings,
    optimizer: { name: optimizer.name, ...optimizer.options },
    clipNorm,
    ema,
    ...(snapshots.length > 0 && { snapshots }),
  };
  const program = trainingStep<P, Batch>({
    ...{ layout, optimizer, clipNorm, accumulationSteps },
    loss: options.loss,
  });
  const state = firstState(layout, initial, optimizer);
  const inputsAt = (step: number, batch: Batch) => ({
    batch: batch as Arrays<Tensors<Batch>>,
    step: stepScalars(optimizer, ema, step),
  });
  const keeper = await keeperOf(options, { slots: optimizer.slots, layout, settings }, async () => ({
    ...{ name, steps, engine: options.engine, batch: options.batch },
    // The engine knows only the leaves of trees.
    program: program as unknown as AnyProgram,
    state: { ...state },
    inputs: inputsAt(0, await options.batch(0)) as unknown as Tree<Values>,
    scalars: (step: number) => [averageWeight(ema, step), ...Object.values(optimizer.scalars(step))],
    settings: { settings, parameters: layout.entries },
  }));
  const signals = keeper.path && !keeper.finished ? endSignals() : noSignals;
  try {
    return await run({ options, layout, program, state, inputsAt, keeper, signals });
  } catch (error) {
    // The process is about to end before anyone can read the error.
    if (signals.heard()) console.error((error as Error).message);
    throw error;
  } finally {
    keeper.close();
    signals.release();
  }
}

/** A training that is ready to run. */
interface Prepared<P, Batch> {
  readonly options: MinimiseOptions<P, Batch>;
  readonly layout: Layout<P>;
  readonly program: ReturnType<typeof trainingStep<P, Batch>>;
  readonly state: TrainingState;
  readonly inputsAt: (
    step: number,
    batch: Batch,
  ) => {
    readonly batch: Arrays<Tensors<Batch>>;
    readonly step: ReturnType<typeof stepScalars>;
  };
  readonly keeper: Keeper;
  readonly signals: EndSignals;
}

async function run<P, Batch extends TreeOf<Batch, Values>>({
  options,
  layout,
  program,
  state,
  inputsAt,
  keeper,
  signals,
}: Prepared<P, Batch>): Promise<Minimised<P>> {
  const { name, steps, signal, onProgress, snapshots = [], checkpointSeconds = 30 } = options;
  const { path, finished, resumed } = keeper;
  if (finished) {
    const { checkpoint, kept, secondsPerStep } = finished;
    const { losses } = checkpoint;
    const taken = snapshotsOf(layout, checkpoint.snapshots);
    const result = resultOf(layout, checkpoint.state, { losses, secondsPerStep, kept, snapshots: taken });
    const done = progressOf(steps, steps, losses, Number.NaN);
    await onProgress?.({ ...done, secondsLeft: 0, kept, model: async () => result.average });
    return result;
  }
  if (resumed && resumed.step > steps) {
    throw expected(`steps of at least ${resumed.step}, which ${path} has done`, `${steps}`);
  }
  const losses = new Float32Array(steps);
  if (resumed) losses.set(resumed.losses);
  const averages = takenBefore(snapshots, resumed);

  const training = compile({ name, engine: options.engine, program, state: resumed?.state ?? state });

  let step = resumed?.step ?? 0;
  let saved = step;
  const begun = performance.now();
  let savedAt = begun;
  const present = async (): Promise<Checkpoint> => {
    const state = await training.readState();
    if (isFiniteState(state)) return { step, state, losses: losses.slice(0, step), snapshots: [...averages] };
    throw notFinite({ name, what: "state", step, keeper, saved });
  };
  const seconds = () => (performance.now() - begun) / 1000;
  const save = async () => {
    if (!path) return;
    keeper.save(await present(), seconds());
    saved = step;
    savedAt = performance.now();
  };
  const model = async () => layout.split((await present()).state.average.data as Float32Array);
  const first = step;
  const clock = stepClock();
  let stop = false;
  try {
    while (step < steps) {
      if (stop || signal?.aborted || signals.heard()) {
        await save();
        const message = stopMessage(name, step, steps, keeper);
        throw new AbortError(message, signal?.aborted ? { cause: signal.reason } : {});
      }
      const batch = await options.batch(step);
      keeper.note(step, batch);
      const { loss, norm } = await training.run(inputsAt(step, batch));
      losses[step] = loss.data[0];
      if (!Number.isFinite(loss.data[0]) || !Number.isFinite(norm.data[0])) {
        const what = Number.isFinite(loss.data[0]) ? "gradient" : "loss";
        const about = [`loss ${loss.data[0]}`, options.describe?.(batch)];
        throw notFinite({ name, what, step, keeper, saved, about });
      }
      step++;
      if (snapshots.includes(step)) {
        const average = (await present()).state.average.data.slice() as Float32Array;
        averages.push({ steps: step, average });
      }
      clock.tick();
      const progress = { ...progressOf(step, steps, losses, clock.stepsPerSecond()), model };
      stop = (await onProgress?.(first > 0 ? { ...progress, resumedAt: first } : progress)) === "stop";
      if (path && performance.now() - savedAt > checkpointSeconds * 1000) await save();
      await new Promise(setImmediate); // yields to signals, timers and drawing
    }
    const last = await present();
    const secondsPerStep = clock.secondsPerStep();
    if (first < steps) keeper.finish(last, { seconds: seconds(), secondsPerStep });
    const taken = snapshotsOf(layout, averages);
    return resultOf(layout, last.state, { losses, secondsPerStep, snapshots: taken });
  } finally {
    await training.dispose();
  }
}

/** Where the run is kept, as its options say. @throws as its keeper does. */
async function keeperOf(
  { checkpoint, branchFrom, keepAs }: RunOptions,
  expected: Expected,
  computation: () => Promise<Computation>,
): Promise<Keeper> {
  if (checkpoint !== undefined) return fileKeeper(checkpoint, expected, { branchFrom });
  const folder = keepAs === undefined ? undefined : storeFolder();
  if (keepAs === undefined || folder === undefined) return noKeeper;
  return openStored({ folder, label: keepAs, computation: await computation(), expected });
}

const resultOf = <P>(
  layout: Layout<P>,
  { average, parameters }: TrainingState,
  facts: Pick<Minimised<P>, "losses" | "secondsPerStep" | "kept" | "snapshots">,
): Minimised<P> =>
  Object.freeze({
    average: layout.split(average.data as Float32Array),
    last: layout.split(parameters.data as Float32Array),
    ...facts,
  });

/** The numbers of a step, besides its batch. */
function stepScalars(optimizer: Optimizer, ema: number, step: number) {
  const scalars = Object.entries(optimizer.scalars(step));
  return {
    averageWeight: scalar(averageWeight(ema, step)),
    optimizer: Object.fromEntries(scalars.map(([key, value]) => [key, scalar(value)])),
  };
}

const scalar = (value: number): Values => ({ shape: [], data: Float32Array.of(value) });

function firstState<P>(layout: Layout<P>, initial: P, optimizer: Optimizer): TrainingState {
  const shape = [layout.size];
  const parameters = { shape, data: layout.join(initial) };
  const zeros = { shape, data: new Float32Array(layout.size) };
  const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, zeros]));
  return { parameters, average: parameters, slots };
}
