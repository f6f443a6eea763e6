import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray, zeros } from "../array";
import { classesOf } from "../conditions/part";
import type { Coupling } from "../couplings/coupling";
import { independent } from "../couplings/independent";
import type { Samples } from "../data/samples";
import { expected } from "../errors";
import { networkField } from "../fields/network/field";
import type { Interpolant } from "../interpolants";
import { applyNetwork } from "../networks/apply-network";
import { initialParameters } from "../networks/initial";
import type { Network, Parameters } from "../networks/network";
import type { Rng } from "../random";
import { differences } from "./checkpoint";
import { type FitOptions, type Fitted, fitToData, fittedOf, knownToFits } from "./fit";
import { gaussianBatch } from "./gaussian-batch";
import { assertParts, assertTrainingOptions } from "./given-options";
import { learnedBaseLoss } from "./learned-base-loss";

/** If the velocity has classes, the data must have labels. */
export interface LearnCouplingOptions extends FitOptions {
  /** I_t between x0 and x1. */
  readonly interpolant: Interpolant;
  /** The velocity b, with no condition or with classes alone. */
  readonly network: Network;
  /**
   * A network without condition, used twice with parameters of its own: for μ_φ(x1) and for log σ_φ(x1), at
   * time 0. One whose output is zero before training, such as `mlp`, begins at the independent coupling.
   */
  readonly encoder: Network;
  /**
   * λ > 0, the weight of the divergence. Large: near the independent coupling; small: straight paths from a
   * base that is not N(0, I).
   */
  readonly klWeight: number;
}

/** A learned coupling and the velocity that was trained with it. */
export interface LearnedCoupling extends Fitted {
  /** The whole loss at each step, divided by the number of elements of a sample. */
  readonly losses: Float32Array;
  /**
   * Draws x0 from q_φ(x0 | x1), and starts from N(0, I). `draw` evaluates the encoder on the engine and
   * returns a promise. For synchronous draws, `encode` the data beforehand and draw from the result with
   * `paired`.
   */
  readonly coupling: Coupling;
  /**
   * μ_φ and σ_φ of each target, of x1's shape: `paired({ sigma: deviation }).draw({ x: x1, x0: mean }, rng)`
   * draws pairs.
   */
  encode(x1: NdArray): Promise<{ readonly mean: NdArray; readonly deviation: NdArray }>;
}

/**
 * Learns a coupling q_φ(x0 | x1) = N(μ_φ(x1), diag σ_φ(x1)²) together with the velocity (Table 1, second row;
 * Lee, Kim and Ye 2023, "Minimizing trajectory curvature of ODE-based generative models"). Both minimise
 *
 *   E|b_t(I_t, ξ) − İ_t|² + λ E KL(q_φ(· | x1) ‖ N(0, I)),   x0 = μ_φ(x1) + σ_φ(x1) ζ.
 *
 * The first term is least where paths do not cross; the second keeps the marginal of x0 near N(0, I), from
 * which sampling starts. For any λ some distance remains (for a Gaussian, the base's variance is too small):
 * measure it.
 *
 * @throws UsageError if the velocity is conditioned on more than classes or the encoder on anything, an
 * option is out of range, a checkpoint is from another run, or the loss stops being finite; AbortError if the
 * run is stopped.
 *
 * @example
 * const learned = await learnCoupling({
 *   data,
 *   interpolant,
 *   network,
 *   encoder: mlp({ dim: 2, width: 16 }),
 *   klWeight: 0.1,
 *   steps: 10,
 *   seed: 0,
 * });
 * const { x0, x1 } = await learned.coupling.draw(take(data, 16), rng(1));
 */
export async function learnCoupling(options: LearnCouplingOptions): Promise<LearnedCoupling> {
  const { interpolant, network, encoder, klWeight, engine } = options;
  assertTrainingOptions(options, known, "learnCoupling");
  assertParts({ interpolant, network, encoder });
  if (!(klWeight > 0 && klWeight < Number.POSITIVE_INFINITY)) {
    throw expected("a klWeight above 0", `${klWeight}`);
  }
  const base = independent({ classes: classesOf(network.condition) });
  assertShowsOnly(network, base.condition, "a velocity network with no condition or with classes alone");
  assertShowsOnly(encoder, {}, "an encoder without condition");
  const result = await fitToData(options, {
    name: `learning of a coupling (${network.name}, encoder ${encoder.name})`,
    initial: (source) => ({
      velocity: initialParameters(network, source.fork("init")),
      mean: initialParameters(encoder, source.fork("mean")),
      logDeviation: initialParameters(encoder, source.fork("deviation")),
    }),
    draw: (given) => gaussianBatch(given, { interpolant, condition: base.condition }),
    loss: ({ velocity, ...gaussian }, batch) => {
      const still = tf.zeros([batch.x1.shape[0]]);
      const encoded = (part: Parameters<tf.Tensor>) =>
        applyNetwork(encoder, part, { x: batch.x1, t: still, xi: {} });
      const [mean, logDeviation] = [encoded(gaussian.mean), encoded(gaussian.logDeviation)];
      return learnedBaseLoss({ network, velocity, mean, logDeviation, klWeight, batch });
    },
    network,
    networkParameters: ({ velocity }) => velocity,
    settings: {
      network: { name: network.name, ...network.options },
      encoder: { name: encoder.name, ...encoder.options },
      interpolant: interpolant.name,
      klWeight,
    },
  });
  const encode = encoderOf(encoder, result.average, engine);
  return Object.freeze({
    coupling: learnedCoupling(base, encode),
    encode,
    ...fittedOf(result, { network, parameters: result.average.velocity, engine }),
  } satisfies LearnedCoupling);
}

const known = {
  ...knownToFits,
  interpolant: true,
  network: true,
  encoder: true,
  klWeight: true,
} as const satisfies Record<keyof LearnCouplingOptions, true>;

function encoderOf(
  network: Network,
  { mean, logDeviation }: Readonly<Record<"mean" | "logDeviation", Parameters<NdArray>>>,
  engine: FitOptions["engine"],
): LearnedCoupling["encode"] {
  const fields = [mean, logDeviation].map((parameters) => networkField({ network, parameters, engine }));
  return async (x1) => {
    const [first, second] = await Promise.all(fields.map((field) => field({ x: x1, t: 0, xi: {} })));
    return Object.freeze({ mean: first, deviation: ndarray(x1.shape, second.data.map(Math.exp)) });
  };
}

function learnedCoupling(base: ReturnType<typeof independent>, encode: LearnedCoupling["encode"]): Coupling {
  return Object.freeze({
    name: "learned",
    condition: base.condition,
    start: base.start,
    async draw(targets: Samples, random: Rng) {
      const { x } = targets;
      const { x0: zeta, xi } = base.draw(targets, random);
      const { mean, deviation: sigma } = await encode(x);
      const x0 = zeros(x.shape, x);
      for (let e = 0; e < x0.data.length; e++) x0.data[e] = mean.data[e] + sigma.data[e] * zeta.data[e];
      return Object.freeze({ x0, x1: x, xi, zeta, sigma });
    },
  });
}

function assertShowsOnly(network: Network, condition: Network["condition"], what: string): void {
  if (differences(network.condition, condition, "condition").length === 0) return;
  throw expected(what, `one for ${JSON.stringify(network.condition)}`);
}
