import type * as tf from "@tensorflow/tfjs";
import type { Coupling } from "../couplings/coupling";
import { expected } from "../errors";
import type { Divergence } from "../fields/divergence";
import type { Interpolant } from "../interpolants";
import type { Network, NetworkInput } from "../networks/network";
import { type Objective, objectiveLoss, velocityLoss } from "../objectives";
import { rng } from "../random";
import { assertFits } from "./assert-fits";
import { checksum } from "./checksum";
import { type FitOptions, type Fitted, fittedField, settled } from "./fit";
import { minimise } from "./minimise";
import { networkDivergence } from "./network-divergence";
import type { NetworkFieldOptions } from "./network-field";
import { defaultParts } from "./parts";
import { type TimeDensity, timeSampler } from "./times";
import { trainingBatch } from "./training-batch";

export interface TrainOptions extends FitOptions {
  readonly coupling: Coupling;
  readonly interpolant: Interpolant;
  /** Built with `condition: coupling.condition`. */
  readonly network: Network;
  /** What the network is to be. Default: `velocityLoss()`. */
  readonly objective?: Objective;
  /**
   * How often which times within `times` are drawn: `logitNormalTimes()`, `betaTimes()`, `modeTimes()` or your own. Default
   * uniform. The network is better at times that it sees more often; what it would be with unlimited capacity doesn't change.
   */
  readonly timeDensity?: TimeDensity;
  /**
   * Whether each sample's error is divided by the density that its time was drawn with, relative to uniform times: the loss
   * then estimates the same as at uniform times, and only its variance changes. Rare times get large weights. Default false.
   */
  readonly importance?: boolean;
  /** A weight w_t ≥ 0 on the error of a sample at time t. Default 1. */
  readonly timeWeight?: (t: number) => number;
  /**
   * Whether each draw is used with z and with −z, and the errors of both are averaged (Albergo, Boffi and Vanden-Eijnden, 2023,
   * arXiv 2303.08797). Near the ends the γ̇z in İ_t grows without bound for a γ like √(t(1−t)), and with it the gradient's variance; in the pair it cancels
   * but for the difference of b at two near points. The network sees 2 · batch samples in each step. Default false.
   */
  readonly antithetic?: boolean;
  /**
   * What the loss is a mean over: "all" elements, known ones counting as errors of zero, or those of the batch's holes,
   * "hole". Only the scale differs, by the batch's hole fraction. Default "all".
   */
  readonly lossOver?: "all" | "hole";
  /**
   * How many equal parts of a batch are computed one after another (gradient accumulation): the same step with less memory.
   * Default: as many as the network's `together` suggests, 1 without it.
   */
  readonly parts?: number;
}

/** A trained network. */
export interface Trained extends Fitted {
  /** The objective's name: which field `field` is, such as "velocity". */
  readonly objective: string;
  readonly steps: number;
  /** The network as a function of (t, x, ξ) with its divergence, for likelihoods. */
  divergence(options?: Pick<NetworkFieldOptions, "engine" | "chunk">): Divergence;
}

/**
 * Algorithm 1: fits a network to the velocity, or to what another objective says, of an interpolant between coupled
 * draws.
 *
 * Each step draws a batch of targets with replacement, their base draws and conditions by the coupling,
 * and stratified times, all from `rng(seed).fork("batch", step)`: a run that was stopped and resumed from
 * its checkpoint ends as one that wasn't. Two runs of the same seed with other objectives see the same draws, so that b and g
 * are trained together by calling this twice.
 *
 * @throws UsageError if the network's condition isn't the coupling's, an option is out of range or doesn't fit the
 * coupling or the interpolant, a checkpoint is of another run, or the loss stops being finite; AbortError if the run is stopped.
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { data, coupling, interpolant, network, objective = velocityLoss() } = options;
  const { batch, times, seed, run } = settled(options);
  assertFits(network, coupling);
  const { timeDensity, importance = false, timeWeight, antithetic = false, lossOver = "all" } = options;
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
  const draws = {
    data,
    coupling,
    interpolant,
    objective,
    batch,
    importance,
    timeWeight,
    antithetic,
    lossOver,
  };
  const sampler = timeSampler({ density: timeDensity, range: times });
  const source = rng(seed);
  const draw = (step: number) => trainingBatch({ ...draws, times: sampler }, source.fork("batch", step));
  const first = draw(0); // shows what doesn't fit before anything is compiled

  const result = await minimise({
    name: `training of the ${objective.name} (${network.name}, ${coupling.name})`,
    initial: network.init(source.fork("init")),
    loss: (parameters, inputs) => {
      const given = <T extends tf.Tensor>(part: string) => (part in first ? (inputs[part] as T) : undefined);
      return objectiveLoss(objective, network.apply(parameters, inputs as unknown as NetworkInput), {
        target: inputs.target as tf.Tensor,
        factor: given<tf.Tensor1D>("loss.factor"),
        weights: {
          samples: given<tf.Tensor1D>("loss.samples"),
          elements: given("loss.elements"),
        },
      });
    },
    batch: draw,
    parts: options.parts ?? defaultParts(network, first.x.shape[0]),
    ...run,
    settings: {
      network: { name: network.name, ...network.options },
      objective: objective.name,
      coupling: coupling.name,
      interpolant: interpolant.name,
      batch,
      seed,
      times,
      // Only what isn't by default, so that checkpoints from before these options stay good.
      ...(objective.error.name !== "squared" && { error: objective.error.name }),
      ...(timeDensity && { timeDensity: timeDensity.name }),
      ...(importance && { importance }),
      ...(antithetic && { antithetic }),
      ...(lossOver !== "all" && { lossOver }),
      // Shows changes that no name tells of: the data, the mask's options, weights, …
      ...(options.checkpoint && { "checksum of the first batch": checksum(first) }),
    },
    describe: ({ t }) => {
      const sorted = [...t.data].sort((a, b) => a - b);
      return `t from ${sorted[0].toFixed(4)} to ${sorted[sorted.length - 1].toFixed(4)}`;
    },
  });
  const parameters = result.average;
  const trained = { network, parameters, engine: options.engine };
  return Object.freeze({
    network,
    parameters,
    objective: objective.name,
    losses: result.losses,
    steps: options.steps,
    secondsPerStep: result.secondsPerStep,
    field: fittedField(trained),
    divergence: (settings = {}) => networkDivergence({ ...trained, ...settings }),
  } satisfies Trained);
}
