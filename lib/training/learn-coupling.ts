import * as tf from "@tensorflow/tfjs";
import { type NdArray, ndarray, zeros } from "../array";
import type { Coupling } from "../couplings/coupling";
import { independent } from "../couplings/independent";
import { batchOf, type Samples } from "../data/samples";
import type { Named, Values } from "../engine";
import { expected } from "../errors";
import type { Interpolant } from "../interpolants";
import type { Network, NetworkInput, Parameters } from "../networks/network";
import { klToNormal } from "../objectives";
import { type Rng, rng } from "../random";
import { differences } from "./checkpoint";
import { checksum } from "./checksum";
import { conditionInputs, floats } from "./condition-inputs";
import { type FitOptions, type Fitted, fittedField, settled } from "./fit";
import { minimise } from "./minimise";
import { networkField } from "./network-field";
import { prefixed, stripped } from "./prefixed";
import { stratifiedTimes } from "./times";

/** The data have labels where the velocity has classes. */
export interface LearnCouplingOptions extends FitOptions {
  readonly interpolant: Interpolant;
  /** The velocity b, with no condition or with classes alone. */
  readonly network: Network;
  /**
   * A network without condition, used twice with parameters of its own: for μ_φ(x1) and for log σ_φ(x1), at time 0. One whose
   * output is zero before training, such as `mlp`, begins at the independent coupling.
   */
  readonly encoder: Network;
  /** λ > 0, the weight of the divergence. Large: near the independent coupling; small: straight paths from a base that is not N(0, I). */
  readonly klWeight: number;
}

/** A learned coupling and the velocity that was trained with it. */
export interface LearnedCoupling extends Fitted {
  /** The whole loss at each step, divided by the number of elements of a sample. */
  readonly losses: Float32Array;
  /**
   * Draws x0 from q_φ(x0 | x1), and starts from N(0, I). `draw` evaluates the encoder one operator at a time on the tfjs
   * backend "cpu": quick for points; for many images prefer `encode`, whose result `paired` turns into draws.
   */
  readonly coupling: Coupling;
  /** μ_φ and σ_φ of each target, of x1's shape: `paired({ sigma: deviation }).draw({ x: x1, x0: mean }, rng)` draws pairs. */
  encode(x1: NdArray): Promise<{ readonly mean: NdArray; readonly deviation: NdArray }>;
}

/**
 * Learns a coupling q_φ(x0 | x1) = N(μ_φ(x1), diag σ_φ(x1)²) with the velocity (Table 1, second row; Lee, Kim and Ye 2023,
 * "Minimizing trajectory curvature of ODE-based generative models"). Both descend
 *
 *   E|b_t(I_t, ξ) − İ_t|² + λ E KL(q_φ(· | x1) ‖ N(0, I)),   x0 = μ_φ(x1) + σ_φ(x1) ζ.
 *
 * The first term is least where paths do not cross; the second keeps the marginal of x0 near N(0, I), from which sampling starts.
 * At any λ some distance is left, for a Gaussian a base of too small a variance: measure it.
 *
 * @throws UsageError if the velocity shows more than classes or the encoder anything, an option is out of range, a checkpoint
 * is of another run, or the loss stops being finite; AbortError if the run is stopped.
 */
export async function learnCoupling(options: LearnCouplingOptions): Promise<LearnedCoupling> {
  const { data, interpolant, network, encoder, klWeight } = options;
  const { batch, times, seed, run } = settled(options);
  if (!(klWeight > 0 && klWeight < Number.POSITIVE_INFINITY)) {
    throw expected("a klWeight above 0", `${klWeight}`);
  }
  const { classes } = network.condition;
  const base = independent({ classes });
  assertShowsOnly(network, base.condition, "a velocity network with no condition or with classes alone");
  assertShowsOnly(encoder, {}, "an encoder without condition");
  const source = rng(seed);
  const draw = (step: number) =>
    drawBatch({ data, interpolant, classes, batch, times }, source.fork("batch", step));

  const result = await minimise({
    name: `learning of a coupling (${network.name}, encoder ${encoder.name})`,
    initial: {
      ...prefixed("velocity", network.init(source.fork("init"))),
      ...prefixed("mean", encoder.init(source.fork("mean"))),
      ...prefixed("logDeviation", encoder.init(source.fork("deviation"))),
    },
    loss: (parameters, inputs) => {
      const { x1, zeta } = inputs;
      const { mean, logDeviation } = encoded(encoder, parameters, x1);
      const x0 = tf.add(mean, tf.mul(tf.exp(logDeviation), zeta));
      const column = x1.shape.map((length, axis) => (axis === 0 ? length : 1));
      const at = (name: string) => tf.reshape(inputs[name], column);
      let xt = tf.add(tf.mul(at("alpha"), x0), tf.mul(at("beta"), x1));
      let dxt = tf.add(tf.mul(at("dAlpha"), x0), tf.mul(at("dBeta"), x1));
      if (interpolant.hasLatent) {
        xt = tf.add(xt, tf.mul(at("gamma"), inputs.latent));
        dxt = tf.add(dxt, tf.mul(at("dGamma"), inputs.latent));
      }
      const b = network.apply(stripped("velocity", parameters), {
        ...inputs,
        x: xt,
      } as unknown as NetworkInput);
      return tf.add(
        tf.mean(tf.square(tf.sub(b, dxt))),
        tf.mul(klWeight, klToNormal(mean, logDeviation)),
      ) as tf.Scalar;
    },
    batch: draw,
    ...run,
    settings: {
      network: { name: network.name, ...network.options },
      encoder: { name: encoder.name, ...encoder.options },
      interpolant: interpolant.name,
      klWeight,
      batch,
      seed,
      times,
      ...(options.checkpoint && { "checksum of the first batch": checksum(draw(0)) }),
    },
  });
  const parameters = stripped("velocity", result.average);
  const parts = ["mean", "logDeviation"].map((part) =>
    networkField({ engine: options.engine, network: encoder, parameters: stripped(part, result.average) }),
  );
  return Object.freeze({
    coupling: learnedCoupling({ base, encoder, parameters: result.average }),
    async encode(x1: NdArray) {
      const [mean, logDeviation] = await Promise.all(parts.map((part) => part({ x: x1, t: 0, xi: {} })));
      return Object.freeze({ mean, deviation: ndarray(x1.shape, logDeviation.data.map(Math.exp)) });
    },
    network,
    parameters,
    losses: result.losses,
    secondsPerStep: result.secondsPerStep,
    field: fittedField({ network, parameters, engine: options.engine }),
  } satisfies LearnedCoupling);
}

function learnedCoupling({
  base,
  encoder,
  parameters,
}: {
  readonly base: Coupling;
  readonly encoder: Network;
  readonly parameters: Parameters<NdArray>;
}): Coupling {
  return Object.freeze({
    name: "learned",
    condition: base.condition,
    start: base.start,
    draw(targets: Samples, random: Rng) {
      const { x } = targets;
      const { x0: zeta, xi } = base.draw(targets, random);
      const x0 = zeros(x.shape, x);
      const sigma = zeros(x.shape, x);
      tf.tidy(() => {
        const tensor = ({ shape, data }: NdArray) => tf.tensor(Float32Array.from(data), [...shape]);
        const values = Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, tensor(p)]));
        const { mean, logDeviation } = encoded(encoder, values, tensor(x));
        const deviation = tf.exp(logDeviation);
        sigma.data.set(deviation.dataSync());
        x0.data.set(tf.add(mean, tf.mul(deviation, tensor(zeta))).dataSync());
      });
      return Object.freeze({ x0, x1: x, xi, zeta, sigma });
    },
  });
}

function encoded(encoder: Network, parameters: Parameters<tf.Tensor>, x1: tf.Tensor) {
  const t = tf.zeros([x1.shape[0]]) as tf.Tensor1D;
  const part = (name: string) => encoder.apply(stripped(name, parameters), { x: x1, t });
  return { mean: part("mean"), logDeviation: part("logDeviation") };
}

function drawBatch(
  {
    data,
    interpolant,
    classes,
    batch,
    times,
  }: Pick<LearnCouplingOptions, "data" | "interpolant"> &
    Required<Pick<LearnCouplingOptions, "batch" | "times">> & { readonly classes: number | undefined },
  source: Rng,
): Named<Values> {
  const { x, labels } = batchOf(data, batch, source.fork("rows"));
  const t = stratifiedTimes(batch, times, source.fork("times"));
  const at = Array.from(t, (time) => interpolant.at(time));
  const rows = (name: "alpha" | "beta" | "gamma" | "dAlpha" | "dBeta" | "dGamma"): Values => ({
    shape: [batch],
    data: Float32Array.from(at, (coefficients) => coefficients[name]),
  });
  return {
    x1: floats(x),
    zeta: floats(source.fork("coupling").normals(x.shape)),
    t: { shape: [batch], data: t },
    alpha: rows("alpha"),
    beta: rows("beta"),
    dAlpha: rows("dAlpha"),
    dBeta: rows("dBeta"),
    ...(interpolant.hasLatent && {
      latent: floats(source.fork("latent").normals(x.shape)),
      gamma: rows("gamma"),
      dGamma: rows("dGamma"),
    }),
    ...conditionInputs({ labels }, classes === undefined ? {} : { classes }, batch),
  };
}

function assertShowsOnly(network: Network, condition: Network["condition"], what: string): void {
  if (differences(network.condition, condition, "condition").length === 0) return;
  throw expected(what, `one for ${JSON.stringify(network.condition)}`);
}
