import { type NdArray, sampleSize } from "../array";
import type { Coupling } from "../couplings/coupling";
import { assertLearnable, batchOf, type Samples } from "../data/samples";
import type { Values } from "../engine";
import { flatten, mapTree, type Tree, type TreeOf } from "../engine/tree";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import { type NetworkFieldOptions, networkField, networkFields } from "../fields/network/field";
import { checksum } from "../formats/checksum";
import type { Network, Parameters } from "../networks/network";
import { type Rng, rng } from "../random";
import { adam } from "./adam";
import { differences } from "./checkpoint";
import type { Kept } from "./keeper";
import { type Minimised, type MinimiseOptions, minimise } from "./minimise";
import type { Optimizer } from "./optimizer";
import { knownToRuns, type RunOptions } from "./run-options";
import { digest } from "./store/digest";
import { type TimeDensity, type TimeSampler, timeSampler } from "./times";

/** Options of every training from data. The model of its `onProgress` is the field so far. */
export interface FitOptions extends RunOptions<Field> {
  /** Draws of x1 to learn from. */
  readonly data: Samples;
  /** Default: Adam as in the paper. */
  readonly optimizer?: Optimizer;
  /** Samples in each step. Default 64. */
  readonly batch?: number;
  /** Decides the first parameters and every batch. */
  readonly seed: number;
  /**
   * Largest norm of the gradient over all parameters; larger gradients are scaled down to it. Default 10,000,
   * as in the paper.
   */
  readonly clipNorm?: number;
  /** Decay of the parameters' moving average; see `averageWeight`. 0 turns averaging off. Default 0.999. */
  readonly ema?: number;
  /** Earliest and latest time drawn. Default [0.001, 0.999]. */
  readonly times?: readonly [number, number];
  /**
   * The density of the times drawn within `times`: `logitNormalTimes()`, `betaTimes()`, `modeTimes()` or your
   * own. Default uniform. The network is better at times that it sees more often; its optimum with unlimited
   * capacity doesn't change.
   */
  readonly timeDensity?: TimeDensity;
  /**
   * Whether each sample's error is divided by the density that its time was drawn with, relative to uniform
   * times: the loss then has the same expectation as at uniform times, and only its variance changes. Rare
   * times get large weights. Default false.
   */
  readonly importance?: boolean;
  /** A weight w_t ≥ 0 on the error of a sample at time t, not 0 throughout. Default 1. */
  readonly timeWeight?: (t: number) => number;
}

/** The names of these options. */
export const knownToFits = {
  ...knownToRuns,
  data: true,
  optimizer: true,
  batch: true,
  seed: true,
  clipNorm: true,
  ema: true,
  times: true,
  timeDensity: true,
  importance: true,
  timeWeight: true,
} as const satisfies Record<keyof FitOptions, true>;

/** The result of every training. */
export interface Fitted {
  /** The network that was trained, without its parameters. */
  readonly network: Network;
  /** The moving average of the network's parameters. */
  readonly parameters: Parameters<NdArray>;
  /** The loss at each step. */
  readonly losses: Float32Array;
  /** Seconds per step, compiling left out; of a kept model: when it was trained. */
  readonly secondsPerStep: number;
  /** Given where nothing was trained, since the same was kept from an earlier run; see `keepAs`. */
  readonly kept?: Kept;
  /** The network as a function of (t, x, ξ). */
  field(options?: Pick<NetworkFieldOptions, "engine" | "chunk" | "precision" | "examples">): Field;
}

/** What a batch is made from: targets, their times, and the source of all other randomness. */
export interface BatchDraw {
  readonly targets: Samples;
  /** One time for each target. */
  readonly t: Float32Array;
  /** Weights of the samples' errors, where there are any. */
  readonly weights: Float32Array | undefined;
  readonly source: Rng;
}

/** A training from data: what is drawn at each step, and its loss. */
export interface Fit<P, Batch> extends Pick<MinimiseOptions<P, Batch>, "name" | "loss" | "snapshots"> {
  /** The first parameters. */
  initial(source: Rng): P;
  draw(given: BatchDraw): Batch | Promise<Batch>;
  /** Microbatches of a step whose first batch this is. Default 1. */
  accumulationSteps?(first: Batch): number;
  /** The network that becomes a field. */
  readonly network: Network;
  /** Its parameters among all. */
  networkParameters(all: P): Parameters<NdArray>;
  /** Settings in which a checkpoint must agree with this training, besides those that all trainings share. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const defaults = { batch: 64, times: [0.001, 0.999] } as const;

/** Numbers in the targets of a batch, each of which is held several times over. */
const mostInBatch = 2 ** 28;

type DrawOptions = Pick<FitOptions, "data" | "batch" | "times" | "timeDensity" | "importance" | "timeWeight">;

/**
 * Draws targets with replacement, with their times and weights.
 * @throws UsageError if `batch`, `times` or `timeDensity` is out of range; on a draw, if `timeWeight` is.
 */
export function targetDraws(options: DrawOptions): (source: Rng) => BatchDraw {
  const { data, timeDensity, importance = false, timeWeight } = options;
  const { batch = defaults.batch, times = defaults.times } = options;
  if (!(Number.isInteger(batch) && batch >= 1)) throw expected("a batch of 1 sample or more", `${batch}`);
  if (batch * sampleSize(data.x) > mostInBatch) {
    throw expected(`a batch of at most ${Math.floor(mostInBatch / sampleSize(data.x))} samples`, `${batch}`);
  }
  const sampler = timeSampler({ density: timeDensity, range: times });
  return (source) => {
    const targets = batchOf(data, batch, source.fork("rows"));
    const t = sampler.draw(batch, source.fork("times"));
    const weights = sampleWeights(t, { sampler, importance, timeWeight });
    if (timeWeight && weights?.every((weight) => weight === 0)) assertSomeWeight(timeWeight, times);
    return { targets, t, weights, source };
  };
}

/**
 * Minimises the loss over batches: at each step targets with replacement and stratified times, all from
 * `rng(seed).fork("batch", step)`, so that a resumed run ends exactly as an uninterrupted one.
 */
export async function fitToData<P, Batch extends TreeOf<Batch, Values>>(
  options: FitOptions,
  {
    name,
    loss,
    initial,
    draw,
    accumulationSteps,
    snapshots,
    network,
    networkParameters,
    settings,
  }: Fit<P, Batch>,
): Promise<Minimised<P>> {
  const { optimizer = adam(), seed, timeDensity, importance = false } = options;
  const { data, steps, clipNorm, ema, checkpoint, branchFrom, keepAs, onProgress, signal, engine } = options;
  const { checkpointSeconds } = options;
  const { batch = defaults.batch, times = defaults.times } = options;
  assertLearnable(data);
  const source = rng(seed);
  const drawTargets = targetDraws(options);
  let latest: Float32Array;
  const drawStep = async (step: number) => {
    const drawn = drawTargets(source.fork("batch", step));
    latest = drawn.t;
    return draw(drawn);
  };
  const fieldOf = networkFields({ network, engine });
  const first = await drawStep(0); // reports what doesn't fit before anything is compiled
  return minimise({
    name,
    initial: initial(source),
    batch: drawStep,
    loss,
    optimizer,
    accumulationSteps: accumulationSteps?.(first),
    describe() {
      const [first, last] = latest.reduce(([low, high], t) => [Math.min(low, t), Math.max(high, t)], [1, 0]);
      return `t from ${first.toFixed(4)} to ${last.toFixed(4)}`;
    },
    ...{ steps, clipNorm, ema, checkpoint, checkpointSeconds, branchFrom, keepAs, snapshots, signal, engine },
    onProgress:
      onProgress &&
      (({ model, ...rest }) =>
        onProgress({ ...rest, model: async () => fieldOf(networkParameters(await model())) })),
    settings: {
      ...settings,
      ...{ batch, seed, times },
      ...{ timeDensity: timeDensity?.name ?? "uniform", importance },
      // Catches changes that no name reveals: the data, the mask's options, weights, …
      ...(checkpoint && { "checksum of the first batch": checksum(flatten(first as Tree<Values>)) }),
      ...(keepAs !== undefined && { "checksum of the data": digest(data).toString("hex").slice(0, 16) }),
    },
  });
}

function sampleWeights(
  t: Float32Array,
  {
    sampler,
    importance,
    timeWeight,
  }: Pick<FitOptions, "importance" | "timeWeight"> & { readonly sampler: TimeSampler },
): Float32Array | undefined {
  if (!importance && !timeWeight) return undefined;
  return t.map((time) => {
    const weight = timeWeight ? timeWeight(time) : 1;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw expected(`a finite timeWeight of 0 or more at t = ${time}`, `${weight}`);
    }
    return importance ? weight / sampler.relative(time) : weight;
  });
}

/** @throws where the weight is 0 at a thousand times, not only at those of a batch. */
function assertSomeWeight(timeWeight: (t: number) => number, [low, high]: readonly [number, number]): void {
  for (let k = 0; k <= 1000; k++) if (timeWeight(low + (k / 1000) * (high - low)) !== 0) return;
  throw expected(`a timeWeight above 0 at some t from ${low} to ${high}`, "0 throughout");
}

/** The network with these parameters, evaluated on the engine that trained it unless another is given. */
export function fittedField(
  trained: Pick<NetworkFieldOptions, "network" | "parameters" | "engine">,
): Fitted["field"] {
  return (settings = {}) => networkField({ ...trained, ...settings });
}

/** What every training returns of its result, with the network's parameters as they are now. */
export function fittedOf(
  { losses, secondsPerStep, kept }: Pick<Minimised<unknown>, "losses" | "secondsPerStep" | "kept">,
  trained: Pick<NetworkFieldOptions, "network" | "parameters" | "engine">,
): Fitted {
  const { network, parameters } = trained;
  return { network, parameters, losses, secondsPerStep, ...(kept && { kept }), field: fittedField(trained) };
}

/** One number for each sample, as the engine takes it. */
export const column = (data: Float32Array): Values => ({ shape: [data.length], data });

/** The rows of both batches, one after the other. */
export function joinRows<T>(a: T, b: T): T {
  const other = flatten(b as Tree<Values>);
  return mapTree(a as Tree<Values>, ({ shape, data }, key) => {
    const more = other[key].data;
    const Numbers = data.constructor as Float32ArrayConstructor;
    const joined = new Numbers(data.length + more.length);
    joined.set(data);
    joined.set(more, data.length);
    return { shape: [shape[0] + other[key].shape[0], ...shape.slice(1)], data: joined };
  }) as T;
}

/** @throws unless the network was built for the coupling's condition. */
export function assertFits(network: Network, coupling: Coupling): void {
  if (differences(network.condition, coupling.condition).length === 0) return;
  throw expected(
    `a network for the condition of the coupling "${coupling.name}", ${JSON.stringify(coupling.condition)}`,
    JSON.stringify(network.condition),
    "Build it with condition: coupling.condition.",
  );
}
