import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray } from "../array";
import { floatInput } from "../conditions/options";
import { type ConditionInputs, conditionInputs } from "../conditions/parts";
import type { Coupling } from "../couplings/coupling";
import type { Values } from "../engine";
import { expected } from "../errors";
import { type BernsteinCoefficients, bernstein, type Interpolant, insideHole } from "../interpolants";
import { bernsteinBasis, bernsteinDerivatives } from "../interpolants/bernstein";
import { interpolateTensors } from "../interpolants/interpolate-tensors";
import type { CoefficientsOf } from "../interpolants/terms";
import { applyNetwork } from "../networks/apply-network";
import { initialParameters } from "../networks/initial";
import type { Network, Parameters } from "../networks/network";
import { drawnPairs } from "./drawn-pairs";
import {
  assertFits,
  column,
  type FitOptions,
  type Fitted,
  fitToData,
  fittedOf,
  joinRows,
  knownToFits,
} from "./fit";
import { assertParts, assertTrainingOptions } from "./given-options";
import { assertHoles } from "./train";

/** With a latent, each sample of a batch is used twice, with z and −z. */
export interface LearnScheduleOptions extends FitOptions {
  /** Draws the pairs. */
  readonly coupling: Coupling;
  /** The velocity that is learned with the schedule. Built with `condition: coupling.condition`. */
  readonly network: Network;
  /** Degree of the polynomials α, β and γ²/(t(1−t)), from 2 to 32. Default 4. */
  readonly degree?: number;
  /** Whether to keep α = 1 − β. Default false. */
  readonly convex?: boolean;
  /** Whether α never rises and β never falls. Default true. */
  readonly monotone?: boolean;
  /** If given, γ is learned too, starting from γ = a √(t(1−t)) with this a; without it γ = 0. */
  readonly latent?: number;
  /**
   * How fast the schedule is learned relative to the network. Default 1. A schedule that is too fast for the
   * network to follow oscillates around its optimum.
   */
  readonly speed?: number;
}

/** A schedule and the velocity that was learned with it. */
export interface LearnedSchedule extends Fitted {
  /** The interpolant that was learned. */
  readonly interpolant: Interpolant;
  /**
   * The interpolant's coefficients: `bernstein(JSON.parse(JSON.stringify(coefficients)))` is the same one.
   */
  readonly coefficients: BernsteinCoefficients;
  /**
   * L_b, divided by the number of elements of a sample, at each step: minus the action, once the network has
   * caught up.
   */
  readonly losses: Float32Array;
}

/**
 * Learns α, β and, where asked for, γ, for the least action ∫ E|b_t(I_t)|² dt (the middle of Prop. 3.1),
 * together with the velocity.
 *
 * Over all velocities, the minimum of L_b = ∫ E[|b|² − 2 İ·b] dt is minus the action. So the network
 * minimises L_b while the schedule maximises it: the max-min problem of Albergo and Vanden-Eijnden (2023,
 * arXiv 2209.15571), whose solution, over all interpolants, is optimal transport. Here it is over polynomials
 * in Bernstein's form (see `bernstein`), which keep the boundary conditions for any values of the parameters.
 * It begins at `linear()`. Where ξ has a mask the schedule acts inside the hole.
 *
 * The spread E|İ − b|² would not be a sound objective: it vanishes where α and β pass through zero together.
 *
 * @throws UsageError if the network's condition isn't the coupling's, its masks have no holes, an option is
 * out of range, a checkpoint is from another run, or the loss stops being finite; AbortError if the run is
 * stopped.
 *
 * @example
 * const learned = await learnSchedule({ data, coupling, network, degree: 3, steps: 10, seed: 0 });
 * learned.interpolant.at(0.5); // α, β and their derivatives
 * const same = bernstein(learned.coefficients);
 */
export async function learnSchedule(options: LearnScheduleOptions): Promise<LearnedSchedule> {
  const { coupling, network, latent, engine } = options;
  const { degree = 4, convex = false, monotone = true, speed = 1 } = options;
  assertTrainingOptions(options, known, "learnSchedule");
  assertParts({ coupling, network });
  if (!(Number.isInteger(degree) && degree >= 2 && degree <= 32)) {
    throw expected("a degree from 2 to 32", `${degree}`);
  }
  if (!(speed > 0 && Number.isFinite(speed))) throw expected("a speed above 0", `${speed}`);
  if (latent !== undefined && !(latent > 0 && Number.isFinite(latent))) {
    throw expected(
      "a latent (the first a of γ = a √(t(1−t))) above 0",
      `${latent}`,
      "For γ = 0 leave it out.",
    );
  }
  assertFits(network, coupling);
  await assertHoles(options);
  const family = scheduleFamily({ degree, convex, monotone, latent, speed });
  const result = await fitToData(options, {
    name: `learning of a schedule (${network.name}, ${coupling.name})`,
    initial: (source) => ({
      schedule: family.initial,
      network: initialParameters(network, source.fork("init")),
    }),
    async draw({ targets, t, weights, source }): Promise<ScheduleBatch> {
      const { x0, x1, xi } = await drawnPairs(coupling, targets, source.fork("coupling"));
      const rows = (values: (n: number, t: number) => Float64Array): Values => ({
        shape: [t.length, degree + 1],
        data: Float32Array.from(Array.from(t, (time) => Array.from(values(degree, time))).flat()),
      });
      const batch: ScheduleBatch = {
        x0: floatInput(x0),
        x1: floatInput(x1),
        t: column(t),
        basis: rows(bernsteinBasis),
        derivatives: rows(bernsteinDerivatives),
        xi: conditionInputs(xi, coupling.condition, t.length),
        weights: weights ? { samples: column(weights) } : {},
      };
      if (!latent) return batch;
      const z = floatInput(source.fork("latent").normals(x0.shape));
      return joinRows({ ...batch, z }, { ...batch, z: { ...z, data: z.data.map((value) => -value) } });
    },
    loss: (parameters, { x0, x1, t, basis, derivatives, xi, weights, ...rest }) => {
      const at = family.at(parameters.schedule, { t, basis, derivatives });
      const { xt, dxt } = interpolateTensors(at, { x0, x1, ...rest }, { ...xi }.keep);
      const b = applyNetwork(network, parameters.network, { x: xt, t, xi });
      const each = tf.mul(b, tf.sub(b, tf.mul(2, dxt)));
      const { samples } = { ...weights };
      const ones = b.shape.slice(1).map(() => 1);
      return tf.mean(samples ? tf.mul(each, tf.reshape(samples, [-1, ...ones])) : each);
    },
    network,
    networkParameters: (all) => all.network,
    settings: {
      network: { name: network.name, ...network.options },
      coupling: coupling.name,
      schedule: { degree, convex, monotone, latent, speed },
    },
  });
  const { schedule, network: parameters } = result.average;
  const coefficients = family.coefficients(schedule);
  const interpolant = bernstein(coefficients);
  return Object.freeze({
    interpolant: coupling.condition.keep && !interpolant.convex ? insideHole(interpolant) : interpolant,
    coefficients,
    ...fittedOf(result, { network, parameters, engine }),
  } satisfies LearnedSchedule);
}

const known = {
  ...knownToFits,
  coupling: true,
  network: true,
  degree: true,
  convex: true,
  monotone: true,
  latent: true,
  speed: true,
} as const satisfies Record<keyof LearnScheduleOptions, true>;

/** A batch as the loss takes it. */
interface ScheduleBatch {
  readonly x0: Values;
  readonly x1: Values;
  readonly z?: Values;
  readonly t: Values;
  /** Bernstein's polynomials at the time of each sample, `[n, degree + 1]`. */
  readonly basis: Values;
  /** Their derivatives. */
  readonly derivatives: Values;
  readonly xi: ConditionInputs;
  readonly weights: { readonly samples?: Values };
}

type FamilyOptions = Required<Pick<LearnScheduleOptions, "degree" | "convex" | "monotone" | "speed">> &
  Pick<LearnScheduleOptions, "latent">;

/**
 * Schedules as functions of unbounded parameters. A monotone curve's coefficients are running sums of a
 * softmax; those of a free one are the straight line's plus the parameters; those of γ²/(t(1−t)) are
 * exponentials.
 */
function scheduleFamily({ degree, convex, monotone, latent, speed }: FamilyOptions) {
  const size = monotone ? degree : degree - 1;
  const row = (length: number, value = 0) =>
    ndarray([1, length], new Float32Array(length).fill(value / speed));
  const initial: Parameters<NdArray> = {
    ...(!convex && { alpha: row(size) }),
    beta: row(size),
    ...(latent && { gamma: row(degree + 1, 2 * Math.log(latent)) }),
  };
  // A rising curve's coefficients 0, …, 1 are `base + weights · spread`.
  const spread = Array.from({ length: size }, (_, j) =>
    Array.from({ length: degree + 1 }, (_, k) => Number(monotone ? k > j : k === j + 1)),
  );
  const base = Array.from({ length: degree + 1 }, (_, k) => (monotone ? 0 : k / degree));

  const rising = (parameter: tf.Tensor) =>
    tf.add(
      tf.matMul(
        monotone ? tf.softmax(parameter as tf.Tensor2D) : (parameter as tf.Tensor2D),
        tf.tensor2d(spread),
      ),
      [base],
    );
  return {
    initial,
    at(
      raw: Parameters<tf.Tensor>,
      { t, basis, derivatives }: Readonly<Record<"t" | "basis" | "derivatives", tf.Tensor>>,
    ): CoefficientsOf<tf.Tensor> {
      const parameters = Object.fromEntries(
        Object.entries(raw).map(([name, value]) => [name, climbing(tf.mul(value, speed))]),
      );
      const along = (coefficients: tf.Tensor, values: tf.Tensor) =>
        tf.matMul(values, coefficients, false, true);
      const up = rising(parameters.beta);
      const down = tf.sub(1, convex ? up : rising(parameters.alpha));
      const columns: CoefficientsOf<tf.Tensor> = {
        alpha: along(down, basis),
        beta: along(up, basis),
        dAlpha: along(down, derivatives),
        dBeta: along(up, derivatives),
      };
      if (!latent) return columns;
      const g = tf.exp(parameters.gamma);
      const time = tf.reshape(t, [-1, 1]);
      const bridge = tf.mul(time, tf.sub(1, time));
      const gamma = tf.sqrt(tf.mul(bridge, along(g, basis)));
      const twice = tf.add(
        tf.mul(tf.sub(1, tf.mul(2, time)), along(g, basis)),
        tf.mul(bridge, along(g, derivatives)),
      );
      return { ...columns, gamma, dGamma: tf.div(tf.div(twice, 2), gamma) };
    },
    coefficients(raw: Parameters<NdArray>): BernsteinCoefficients {
      const inner = ({ data }: NdArray) => {
        const values = Array.from(data, (value) => value * speed);
        const exps = values.map((value) => Math.exp(value - Math.max(...values)));
        const total = exps.reduce((sum, value) => sum + value, 0);
        const weights = monotone ? exps.map((value) => value / total) : values;
        return base
          .map((value, k) => weights.reduce((sum, weight, j) => sum + weight * spread[j][k], value))
          .slice(1, -1);
      };
      return Object.freeze({
        ...(!convex && { alpha: Object.freeze(inner(raw.alpha).map((value) => 1 - value)) }),
        beta: Object.freeze(inner(raw.beta)),
        ...(latent && {
          gamma: Object.freeze(Array.from(raw.gamma.data, (value) => Math.exp(value * speed))),
        }),
      });
    },
  };
}

/** The value itself, with its gradient negated: minimising a loss then maximises it over this value. */
function climbing(value: tf.Tensor): tf.Tensor {
  const turned = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (upstream: tf.Tensor) => tf.neg(upstream),
  }));
  return turned(value);
}
