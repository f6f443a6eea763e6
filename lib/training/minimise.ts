import { resolve } from "node:path";
import type * as tf from "@tensorflow/tfjs";
import { type Arrays, compile, type EngineName, type Tensors, type Tree, type Values } from "../engine";
import type { AnyProgram } from "../engine/program";
import type { TreeOf } from "../engine/tree";
import { AbortError, expected } from "../errors";
import { type Checkpoint, type Expected, isFiniteState, type Settings, type Snapshot } from "./checkpoint";
import { stepClock } from "./clock";
import { fileKeeper, type Keeper, type Kept, noKeeper } from "./keeper";
import { notFinite, stopMessage } from "./messages";
import { averageWeight, type Optimizer } from "./optimizer";
import { type Layout, layoutOf, type TreeLike } from "./parameters";
import { type EndSignals, endSignals, noSignals } from "./signals";
import { type TrainingState, trainingStep } from "./step";
import { storeFolder } from "./store/folder";
import type { Computation } from "./store/key";
import { openStored } from "./store/open";

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

/** What `onProgress` may return. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing is the usual one
type Answer = void | "stop";

/** Options of every training: how long it runs, and what is kept of it. */
export interface RunOptions<Model = unknown> {
  /** Total number of steps, those of a resumed checkpoint included. */
  readonly steps: number;
  /**
   * Called after every step; the next one waits for a promise that it returns. Where it returns "stop" the
   * run ends, as it does by `signal`.
   */
  onProgress?(progress: Progress<Model>): Answer | Promise<Answer>;
  /**
   * Path of a `.safetensors` file. It is written every 30 seconds, at the end, and when the run is stopped,
   * also by SIGINT, SIGTERM or SIGHUP, unless the program listens to these itself; when it exists, the run
   * resumes from it, and ends as if it had never stopped. What the file held before lies beside it as
   * `.previous.safetensors`: if the newest is damaged, it is set aside, a line says so, and the run resumes
   * from the one before. One run at a time may have this path.
   */
  readonly checkpoint?: string;
  /** Seconds, above 0, between two writings of the checkpoint, or of what `keepAs` keeps. Default 30. */
  readonly checkpointSeconds?: number;
  /**
   * Path of a checkpoint from which this run goes on under other options, as where another run diverged that
   * needed a lower learning rate. It has the steps and losses so far of the other run. A line says that it is
   * a branch, and in which options it differs; so do its own checkpoints. Needs a `checkpoint` at another
   * path, from which it resumes, as any run does, once that is there. The network and the kind of optimizer
   * must be the same. Of its snapshots those are kept that this run asks for, too.
   */
  readonly branchFrom?: string;
  /**
   * Keeps the training in a store of all that was trained, under this name: it is found there when the same
   * is trained again, in another notebook or process too, and an interrupted one goes on. What counts as the
   * same follows from what is computed alone: the network, the loss and the optimizer as compiled, the first
   * parameters, the data, the batches, and the code of the library that draws them. A change to any of these
   * trains anew, one to the name or to other code doesn't.
   *
   * Batches are compared for up to half a second: all of them where they are drawn quickly, else some, spread
   * evenly over the steps. A change to a coupling of your own that shows in none of these isn't noticed.
   *
   * The store is the folder `.cache/trained` of the project, or the environment variable TRAINED_CACHE:
   * another folder, or "off". It may be deleted at any time.
   *
   * @example
   * const options = { data, coupling, interpolant, network, steps: 10, seed: 0, keepAs: "moons" };
   * const model = await train(options);
   * const same = await train(options); // at once; same.kept tells when it was trained
   */
  readonly keepAs?: string;
  /** Stops the run between two steps: it saves its checkpoint, then throws an `AbortError`. */
  readonly signal?: AbortSignal;
  /** What computes. Default: the engine of the environment variable ENGINE, or "onnx". */
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
  const { snapshots = [] } = options;
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

const snapshotsOf = <P>(layout: Layout<P>, taken: readonly Snapshot[] = []): Minimised<P>["snapshots"] =>
  Object.freeze(taken.map(({ steps, average }) => Object.freeze({ steps, average: layout.split(average) })));

/**
 * The snapshots up to where a run goes on, of those that are asked for: a branch's origin may have others.
 * @throws if some are not to be had any more.
 */
function takenBefore(asked: readonly number[], resumed: Checkpoint | undefined): Snapshot[] {
  if (!resumed) return [];
  const { step, state, snapshots: had = [] } = resumed;
  const there = [...had, { steps: step, average: state.average.data as Float32Array }];
  const found = asked.filter((at) => at <= step).map((at) => there.find(({ steps }) => steps === at) ?? at);
  const gone = found.filter((one) => typeof one === "number");
  if (gone.length === 0) return found as Snapshot[];
  const kept = had.map(({ steps }) => steps).join(", ");
  throw expected(
    `snapshots from step ${step} on, where this branch begins${kept && `, or at those of its origin (${kept})`}`,
    gone.join(", "),
    "The model after these steps was not kept: leave them out, or train without branchFrom.",
  );
}

/** The numbers of a step, besides its batch. */
function stepScalars(optimizer: Optimizer, ema: number, step: number) {
  const scalars = Object.entries(optimizer.scalars(step));
  return {
    averageWeight: scalar(averageWeight(ema, step)),
    optimizer: Object.fromEntries(scalars.map(([key, value]) => [key, scalar(value)])),
  };
}

const scalar = (value: number): Values => ({ shape: [], data: Float32Array.of(value) });

/** Each has a loss in memory and in the checkpoints. */
const mostSteps = 100_000_000;

function assertOptions({
  steps,
  accumulationSteps,
  clipNorm,
  ema,
  checkpoint: path,
  checkpointSeconds = 30,
  branchFrom,
  keepAs,
  snapshots,
}: Record<"steps" | "accumulationSteps" | "clipNorm" | "ema", number> &
  Pick<RunOptions, "checkpoint" | "checkpointSeconds" | "branchFrom" | "keepAs"> & {
    readonly snapshots: readonly number[];
  }): void {
  for (const [option, value] of Object.entries({ steps, accumulationSteps })) {
    if (!(Number.isInteger(value) && value >= 1 && value <= mostSteps)) {
      throw expected(`${option} as a whole number above 0, at most ${mostSteps}`, `${value}`);
    }
  }
  const rising = snapshots.every(
    (at, k) => Number.isInteger(at) && at > (snapshots[k - 1] ?? 0) && at <= steps,
  );
  if (!rising) {
    throw expected(`snapshots at whole numbers of steps, rising, from 1 to ${steps}`, snapshots.join(", "));
  }
  if (!(clipNorm > 0)) throw expected("a clipNorm (of the gradient) above 0", `${clipNorm}`);
  if (!(ema >= 0 && ema < 1)) throw expected("an ema decay from 0 to below 1", `${ema}`);
  if (!(checkpointSeconds > 0)) throw expected("checkpointSeconds above 0", `${checkpointSeconds}`);
  if (path !== undefined && !path.endsWith(".safetensors")) {
    throw expected("a checkpoint path that ends in .safetensors", `"${path}"`);
  }
  if (keepAs !== undefined && !(typeof keepAs === "string" && keepAs.trim() !== "")) {
    throw expected('a name for this training as keepAs, such as "moons, seed 0"', JSON.stringify(keepAs));
  }
  if (branchFrom !== undefined && (path === undefined || resolve(path) === resolve(branchFrom))) {
    throw expected(
      "another path than branchFrom as checkpoint, where the branch is kept",
      path === undefined ? "none" : `"${path}"`,
    );
  }
  if (keepAs !== undefined && path !== undefined) {
    throw expected(
      "keepAs or checkpoint",
      "both",
      "Leave checkpoint out: the store goes on from a stop too.",
    );
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
