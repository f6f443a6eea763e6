import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray, sampleSize, zeros } from "../array";
import { checkedLabels, labelsSpec } from "../conditions/labels";
import { floatInput } from "../conditions/options";
import { classesOf } from "../conditions/part";
import type { ClassGaussianCoupling } from "../couplings/class-gaussian";
import { gaussianBases } from "../couplings/diagonal-gaussian";
import { assertLearnable } from "../data/samples";
import type { Values } from "../engine";
import { choose, expected } from "../errors";
import type { Interpolant } from "../interpolants";
import { initialParameters } from "../networks/initial";
import type { Network } from "../networks/network";
import { differences } from "./checkpoint";
import { type FitOptions, type Fitted, fitToData, fittedOf, knownToFits } from "./fit";
import { type GaussianBatch, gaussianBatch } from "./gaussian-batch";
import { assertParts, assertTrainingOptions } from "./given-options";
import { learnedBaseLoss } from "./learned-base-loss";

/** The data are labelled. */
export interface LearnClassBaseOptions extends FitOptions {
  /** I_t between x0 and x1. */
  readonly interpolant: Interpolant;
  /** The velocity b, which is shown the classes or nothing. */
  readonly network: Network;
  /** The number of classes. */
  readonly classes: number;
  /** What is learned of each class's base: its mean, or its standard deviations too. Default "both". */
  readonly learned?: "mean" | "both";
  /** λ ≥ 0, the weight of the divergence from N(0, I). 0 lets the base do whatever lowers the error. */
  readonly klWeight: number;
}

/** A learned base for each class, and the velocity that was trained with it. */
export interface LearnedClassBase extends Fitted {
  /** The whole loss at each step, divided by the number of elements of a sample. */
  readonly losses: Float32Array;
  /** x0 ~ N(μ_c, diag σ_c²) for a target of class c, with μ and σ as `means` and `deviations`. */
  readonly coupling: ClassGaussianCoupling;
  /** KL(N(μ_c, diag σ_c²) ‖ N(0, I)) divided by the number of elements, averaged over the classes. */
  readonly divergence: number;
}

/**
 * Learns a base N(μ_c, diag σ_c²) for each class together with the velocity, in the manner of CAR-Flow (arXiv
 * 2509.19300). All minimise
 *
 *   E|b_t(I_t, ξ) − İ_t|² + λ E KL(N(μ_c, diag σ_c²) ‖ N(0, I)),   x0 = μ_c + σ_c ζ,
 *
 * from the start N(0, I) for all classes. Without λ and with learned σ the first term has a useless minimum:
 * for σ → 0 the state I_t reveals x1, the error vanishes, and a flow from a point can't branch, so that every
 * sample of a class becomes its mean. For Gaussian classes of standard deviation s the error is (π/2) σ s for
 * each element, and the least loss is at σ = √(c²/4 + 1) − c/2 with c = π s / (2λ). Learning the means alone
 * keeps σ = 1, and the error's minimum doesn't depend on them where the velocity is shown the class.
 *
 * @throws UsageError if the velocity is conditioned on anything but these classes, labels are missing, an
 * option is out of range, a checkpoint is from another run, or the loss stops being finite; AbortError if the
 * run is stopped.
 *
 * @example
 * const learned = await learnClassBase({
 *   data,
 *   classes: 2,
 *   klWeight: 1,
 *   interpolant,
 *   network: mlp({ dim: 2, condition: { labels: labelsPart({ classes: 2 }) } }),
 *   steps: 10,
 *   seed: 0,
 * });
 * const { x0 } = learned.coupling.start({ shape: [3, 2], labels: Int32Array.of(0, 1, 1) }, rng(1));
 */
export async function learnClassBase(options: LearnClassBaseOptions): Promise<LearnedClassBase> {
  const { data, interpolant, network, classes, learned = "both", klWeight, engine } = options;
  assertTrainingOptions(options, known, "learnClassBase");
  assertParts({ interpolant, network });
  if (!(klWeight >= 0 && klWeight < Number.POSITIVE_INFINITY)) {
    throw expected("a klWeight of 0 or more", `${klWeight}`);
  }
  const scales = choose("learned", learned, { mean: false, both: true });
  const shown = assertShows(network, classes);
  const name = `learned class-dependent base${shown ? ", labelled" : ""}`;
  const labelsOf = (labels: Int32Array | undefined, n: number) =>
    checkedLabels(labels, { n, classes, coupling: name });
  assertLearnable(data);
  labelsOf(data.labels, data.x.shape[0]);
  const size = sampleSize(data.x);
  const table = () => zeros([classes, size]);
  const spec = labelsSpec(shown ? classes : undefined);
  const result = await fitToData(options, {
    name: `learning of class-dependent bases (${network.name})`,
    initial: (source) => ({
      velocity: initialParameters(network, source.fork("init")),
      base: { means: table(), ...(scales && { logDeviations: table() }) } as BaseParameters<NdArray>,
    }),
    draw: (given): ClassBatch => ({
      ...gaussianBatch(given, { interpolant, condition: spec }),
      isOf: floatInput(memberships(labelsOf(given.targets.labels, given.t.length), classes)),
    }),
    loss: ({ velocity, base }, { isOf, ...batch }) => {
      const rows = (values: tf.Tensor, pace: number) =>
        tf.reshape(tf.matMul(isOf as tf.Tensor2D, tf.mul(pace, values)), batch.x1.shape);
      const mean = rows(base.means, pace.mean);
      const logDeviation = base.logDeviations
        ? rows(base.logDeviations, pace.logDeviation)
        : tf.zerosLike(mean);
      return learnedBaseLoss({ network, velocity, mean, logDeviation, klWeight, batch });
    },
    network,
    networkParameters: ({ velocity }) => velocity,
    settings: {
      network: { name: network.name, ...network.options },
      interpolant: interpolant.name,
      ...{ classes, learned, klWeight },
    },
  });
  const { velocity, base } = result.average;
  const shape = [classes, ...data.x.shape.slice(1)];
  const means = ndarray(
    shape,
    base.means.data.map((value) => pace.mean * value),
  );
  const deviations = ndarray(
    shape,
    (base.logDeviations ?? table()).data.map((value) => Math.exp(pace.logDeviation * value)),
  );
  return Object.freeze({
    coupling: Object.freeze({
      ...gaussianBases(
        { means, deviations },
        {
          name,
          condition: spec,
          asked(given, n) {
            const labels = labelsOf(given, n);
            return { groups: labels, xi: Object.freeze(shown ? { labels } : {}) };
          },
        },
      ),
      ...{ means, deviations },
    }),
    divergence: divergenceOf(means, deviations),
    ...fittedOf(result, { network, parameters: velocity, engine }),
  } satisfies LearnedClassBase);
}

const known = {
  ...knownToFits,
  interpolant: true,
  network: true,
  classes: true,
  learned: true,
  klWeight: true,
} as const satisfies Record<keyof LearnClassBaseOptions, true>;

/** How many times as fast as the network's the base's few parameters move. */
const pace = { mean: 3, logDeviation: 10 } as const;

interface BaseParameters<T> {
  /** Divided by their pace. */
  readonly means: T;
  /** Divided by theirs. */
  readonly logDeviations?: T;
}

interface ClassBatch extends GaussianBatch {
  /** 1 in the column of each sample's class, `[n, classes]`. */
  readonly isOf: Values;
}

function memberships(labels: Int32Array, classes: number): NdArray {
  const out = zeros([labels.length, classes]);
  labels.forEach((label, i) => {
    out.data[i * classes + label] = 1;
  });
  return out;
}

/** Whether the velocity is shown the classes. */
function assertShows(network: Network, classes: number): boolean {
  const shown = classesOf(network.condition) !== undefined;
  if (differences(network.condition, labelsSpec(shown ? classes : undefined), "condition").length === 0) {
    return shown;
  }
  throw expected(
    `a velocity network for ${classes} classes or for no condition`,
    `one for ${JSON.stringify(network.condition)}`,
  );
}

/** `klToNormal` of the tables. */
function divergenceOf({ data: means }: NdArray, { data: deviations }: NdArray): number {
  let sum = 0;
  for (let e = 0; e < means.length; e++) {
    sum += (means[e] ** 2 + deviations[e] ** 2 - 1) / 2 - Math.log(deviations[e]);
  }
  return sum / means.length;
}
