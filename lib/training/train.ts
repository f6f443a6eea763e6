import { type NdArray, ndarray, zeros } from "../array";
import { type Mask, maskOf } from "../conditions/mask";
import { floatInput } from "../conditions/options";
import { type ConditionInputs, conditionInputs } from "../conditions/parts";
import type { Coupling } from "../couplings/coupling";
import { assertLearnable } from "../data/samples";
import type { Values } from "../engine";
import { expected } from "../errors";
import type { Divergence } from "../fields/divergence";
import { networkDivergence } from "../fields/network/divergence";
import type { NetworkFieldOptions } from "../fields/network/field";
import { type Interpolant, interpolate } from "../interpolants";
import { applyNetwork } from "../networks/apply-network";
import { initialParameters } from "../networks/initial";
import type { Network } from "../networks/network";
import { type Objective, objectiveLoss, velocityLoss } from "../objectives";
import { rng } from "../random";
import { drawnPairs } from "./drawn-pairs";
import {
  assertFits,
  type BatchDraw,
  column,
  type FitOptions,
  type Fitted,
  fitToData,
  fittedField,
  fittedOf,
  joinRows,
  knownToFits,
  targetDraws,
} from "./fit";
import { assertParts, assertTrainingOptions } from "./given-options";
import { defaultAccumulation } from "./step";

export interface TrainOptions extends FitOptions {
  /** Draws x0 and ξ for each target. */
  readonly coupling: Coupling;
  /** I_t between x0 and x1. */
  readonly interpolant: Interpolant;
  /** Built with `condition: coupling.condition`. */
  readonly network: Network;
  /** What the network learns. Default: `velocityLoss()`. */
  readonly objective?: Objective;
  /**
   * Whether each draw is used with both z and −z and their errors averaged (Albergo, Boffi and
   * Vanden-Eijnden, 2023, arXiv 2303.08797). Near the ends the γ̇z in İ_t grows without bound for a γ like
   * √(t(1−t)), and with it the gradient's variance; in the pair it cancels up to the difference of b at two
   * nearby points. The network sees 2 · batch samples in each step. Default false.
   */
  readonly antithetic?: boolean;
  /**
   * What the loss is a mean over: "all" elements, known ones counting as errors of zero, or those of the
   * batch's holes, "hole". Of the squared error only the scale differs, by the batch's hole fraction; an
   * error such as `pseudoHuber` weighs larger differences in it. Default "all".
   */
  readonly lossOver?: "all" | "hole";
  /**
   * Gradient accumulation: the number of equal microbatches that a batch is cut into and that are computed
   * one after another: the same step with less memory. Default: as many as the network's `microbatch`
   * suggests, 1 without it.
   */
  readonly accumulationSteps?: number;
  /**
   * Numbers of steps, rising, after which the model is kept as it then is: the quality against the budget
   * costs one training. They suit a constant learning rate; a rate that falls to zero at the end makes the
   * earlier models worse than trainings of that length. Default none.
   */
  readonly snapshots?: readonly number[];
}

/** A network as it was after some of its training's steps. */
export interface TrainingSnapshot extends Pick<Fitted, "parameters" | "field"> {
  /** After how many steps. */
  readonly steps: number;
}

/** A trained network. */
export interface Trained extends Fitted {
  /** The objective's name: which field `field` is, such as "velocity". */
  readonly objective: string;
  /** How many steps it was trained for. */
  readonly steps: number;
  /** The network at the steps that were asked for. */
  readonly snapshots: readonly TrainingSnapshot[];
  /** The network as a function of (t, x, ξ) with its divergence, for likelihoods. */
  divergence(options?: Pick<NetworkFieldOptions, "engine" | "chunk">): Divergence;
}

/** A batch as the loss takes it. */
export interface TrainingBatch {
  /** I_t, t and ξ. */
  readonly input: { readonly x: Values; readonly t: Values; readonly xi: ConditionInputs };
  /** What the network's output is compared with. */
  readonly target: Values;
  /** A factor on the network's output, one for each sample; see `Objective`. */
  readonly factor?: Values;
  /** Weights of the errors: one for each sample, one for each element. */
  readonly weights: { readonly samples?: Values; readonly elements?: Values };
}

/**
 * Algorithm 1: fits a network to the velocity of an interpolant between coupled draws, or to another
 * objective's field. In each step
 *
 * 1. a batch of targets x1 is drawn with replacement, and a time t for each, stratified;
 * 2. the coupling draws their x0 and ξ;
 * 3. I_t = α_t x0 + β_t x1 + γ_t z and its derivative İ_t are computed;
 * 4. the loss is the mean of |b(t, I_t, ξ) − İ_t|²;
 * 5. the optimizer updates the network's parameters by its gradient.
 *
 * All randomness comes from `rng(seed).fork("batch", step)`: a run resumed from its checkpoint ends exactly
 * as an uninterrupted one. Two runs of the same seed with other objectives see the same draws, so calling
 * this twice trains b and g together.
 *
 * @throws UsageError if the network's condition isn't the coupling's, an option is out of range or doesn't
 * fit the coupling or the interpolant, a checkpoint is from another run, or the loss stops being finite;
 * AbortError if the run is stopped.
 *
 * @example
 * const model = await train({
 *   data,
 *   coupling,
 *   interpolant,
 *   network,
 *   optimizer: adam({ learningRate: 1e-3 }),
 *   steps: 20,
 *   batch: 128,
 *   seed: 0,
 * });
 * model.losses.at(-1);
 * const { x } = await solveOde(model.field(), atBase(pairs), { method: euler({ steps: 10 }) });
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { coupling, interpolant, network, objective = velocityLoss(), engine } = options;
  const { antithetic = false, lossOver = "all" } = options;
  assertTrainingOptions(options, known, "train");
  assertParts({ coupling, interpolant, network, objective });
  assertOptions(options);
  await assertHoles(options);
  const result = await fitToData(options, {
    name: `training of the ${objective.name} (${network.name}, ${coupling.name})`,
    initial: (source) => initialParameters(network, source.fork("init")),
    draw: (given) => trainingBatch(options, given),
    loss: (parameters, { input, ...compared }) =>
      objectiveLoss(objective, applyNetwork(network, parameters, input), compared),
    network,
    snapshots: options.snapshots,
    networkParameters: (all) => all,
    accumulationSteps: ({ target }) =>
      options.accumulationSteps ?? defaultAccumulation(network, target.shape[0]),
    settings: {
      network: { name: network.name, ...network.options },
      objective: objective.name,
      error: objective.error.name,
      coupling: coupling.name,
      interpolant: interpolant.name,
      antithetic,
      lossOver,
    },
  });
  const trained = { network, parameters: result.average, engine };
  return Object.freeze({
    ...fittedOf(result, trained),
    objective: objective.name,
    steps: options.steps,
    snapshots: Object.freeze(
      result.snapshots.map(({ steps, average: parameters }) =>
        Object.freeze({ steps, parameters, field: fittedField({ network, parameters, engine }) }),
      ),
    ),
    divergence: (settings = {}) => networkDivergence({ ...trained, ...settings }),
  } satisfies Trained);
}

/** A batch of Algorithm 1: (x0, x1, ξ) for the targets x1, and I_t with the objective's target. */
export async function trainingBatch(
  {
    coupling,
    interpolant,
    objective = velocityLoss(),
    antithetic = false,
    lossOver = "all",
  }: Pick<TrainOptions, "coupling" | "interpolant" | "objective" | "antithetic" | "lossOver">,
  { targets, t, weights, source }: BatchDraw,
): Promise<TrainingBatch> {
  const pairs = await drawnPairs(coupling, targets, source.fork("coupling"));
  const latent = interpolant.hasLatent ? source.fork("latent").normals(pairs.x0.shape) : undefined;
  const mask = maskOf(pairs.xi, pairs.x0);
  const xi = conditionInputs(pairs.xi, coupling.condition, t.length);
  const elements = lossOver === "hole" && pairs.xi.keep ? holeWeights(pairs.xi.keep) : undefined;
  const between = (z: NdArray | undefined): TrainingBatch => {
    const { xt, dxt } = interpolate({ interpolant, pairs, t, z, keep: pairs.xi.keep });
    const drawn = { interpolant, pairs, t, xt, dxt, z };
    const factor = objective.factor?.(drawn);
    return {
      input: { x: floatInput(xt), t: column(t), xi },
      target: floatInput(inHole(objective.target(drawn), mask)),
      ...(factor && { factor: column(factor) }),
      weights: { ...(weights && { samples: column(weights) }), ...(elements && { elements }) },
    };
  };
  return antithetic && latent ? joinRows(between(latent), between(negated(latent))) : between(latent);
}

const known = {
  ...knownToFits,
  coupling: true,
  interpolant: true,
  network: true,
  objective: true,
  antithetic: true,
  lossOver: true,
  accumulationSteps: true,
  snapshots: true,
} as const satisfies Record<keyof TrainOptions, true>;

function assertOptions({ network, coupling, interpolant, antithetic, lossOver = "all" }: TrainOptions): void {
  assertFits(network, coupling);
  if (antithetic && !interpolant.hasLatent) {
    throw expected(
      "an interpolant with a latent (γ ≠ 0) for antithetic: true",
      `"${interpolant.name}", which has none`,
      "Leave antithetic out, or use linear({ gamma: brownian() }).",
    );
  }
  if (lossOver !== "all" && lossOver !== "hole") {
    throw expected('lossOver as "all" or "hole"', `"${lossOver}"`);
  }
  if (lossOver === "hole" && !coupling.condition.keep) {
    throw expected('a coupling with a mask for lossOver: "hole"', `"${coupling.name}", which has none`);
  }
}

/**
 * With no hole in any batch the loss is 0 whatever the network says: nothing would be learned, silently.
 * @throws if the masks of some batches have no hole at all.
 */
export async function assertHoles(options: FitOptions & Pick<TrainOptions, "coupling">): Promise<void> {
  const { coupling, data, seed } = options;
  if (!coupling.condition.keep) return;
  assertLearnable(data);
  const draw = targetDraws(options);
  const tries = 8;
  for (let k = 0; k < tries; k++) {
    const { targets, source } = draw(rng(seed).fork("batch", k));
    const { xi } = await drawnPairs(coupling, targets, source.fork("coupling"));
    if (xi.keep?.data.some((value) => value !== 1)) return;
  }
  throw expected(
    `masks with holes from the coupling "${coupling.name}"`,
    `none in its first ${tries} batches`,
    "Where nothing is missing there is nothing to learn: raise the mask's probability p.",
  );
}

/** The target with zeros at known pixels, as a masked network's output has. */
function inHole(target: NdArray, mask: Mask | undefined): NdArray {
  if (!mask) return target;
  const out = zeros(target.shape, target);
  mask.blend(0, target.data, out.data);
  return out;
}

/** Factors that turn a mean over all elements into one over the batch's holes; zeros if it has none. */
function holeWeights({ shape, data }: NdArray): Values {
  let holes = 0;
  for (const value of data) if (value !== 1) holes++;
  const weight = holes === 0 ? 0 : data.length / holes;
  return { shape, data: Float32Array.from(data, (value) => (value === 1 ? 0 : weight)) };
}

const negated = ({ shape, data }: NdArray): NdArray =>
  ndarray(
    shape,
    data.map((value) => -value),
  );
