import * as tf from "@tensorflow/tfjs";
import { type NdArray, ndarray } from "../array";
import type { Coupling } from "../couplings/coupling";
import { batchOf } from "../data/samples";
import type { Named, Values } from "../engine";
import { expected } from "../errors";
import { type BernsteinCoefficients, bernstein, type Interpolant, insideHole } from "../interpolants";
import { bernsteinBasis, bernsteinRates } from "../interpolants/bernstein";
import type { Network, NetworkInput, Parameters } from "../networks/network";
import { type Rng, rng } from "../random";
import { assertFits } from "./assert-fits";
import { checksum } from "./checksum";
import { conditionInputs, floats } from "./condition-inputs";
import { type FitOptions, type Fitted, fittedField, settled } from "./fit";
import { minimise } from "./minimise";
import { prefixed, stripped } from "./prefixed";
import { stratifiedTimes } from "./times";
import { joined } from "./training-batch";

/** With a latent, each sample of a batch is used twice, with z and −z. */
export interface LearnScheduleOptions extends FitOptions {
  readonly coupling: Coupling;
  /** The velocity that is learned with the schedule. Built with `condition: coupling.condition`. */
  readonly network: Network;
  /** Degree of the polynomials α, β and γ²/(t(1−t)), from 2 to 32. Default 4. */
  readonly degree?: number;
  /** Whether to keep α = 1 − β. Default false. */
  readonly convex?: boolean;
  /** Whether α only falls and β only rises. Default true. */
  readonly monotone?: boolean;
  /** Where given, γ is learned too, from γ = a √(t(1−t)) with this a; without it γ = 0. */
  readonly latent?: number;
  /**
   * How many times as fast as the network the schedule is learned. Default 1. A schedule that is faster than the
   * network can follow circles around its best.
   */
  readonly speed?: number;
}

/** A schedule and the velocity that was learned with it. */
export interface LearnedSchedule extends Fitted {
  readonly interpolant: Interpolant;
  /** What the interpolant is made of: `bernstein(JSON.parse(JSON.stringify(coefficients)))` is the same one. */
  readonly coefficients: BernsteinCoefficients;
  /** L_b, divided by the number of elements of a sample, at each step: minus the action, once the network has caught up. */
  readonly losses: Float32Array;
}

/**
 * Learns α, β and, where asked for, γ, for the least action ∫ E|b_t(I_t)|² dt (the middle of Prop. 3.1), together
 * with the velocity.
 *
 * Over all velocities, the minimum of L_b = ∫ E[|b|² − 2 İ·b] dt is minus the action. So the network descends L_b
 * while the schedule climbs it: the max-min problem of Albergo and Vanden-Eijnden (2023, arXiv 2209.15571), whose
 * solution, over all interpolants, is optimal transport. Here it is over polynomials in Bernstein's form (see
 * `bernstein`), which keep the boundary conditions for any values of the parameters. It begins at `linear()`. Where ξ
 * has a mask the schedule acts inside the hole.
 *
 * The spread E|İ − b|² would be no sound goal: it falls to zero as α and β together go through zero.
 *
 * @throws UsageError if the network's condition isn't the coupling's, an option is out of range, a checkpoint is of
 * another run, or the loss stops being finite; AbortError if the run is stopped.
 */
export async function learnSchedule(options: LearnScheduleOptions): Promise<LearnedSchedule> {
  const { data, coupling, network, latent } = options;
  const { degree = 4, convex = false, monotone = true, speed = 1 } = options;
  const { batch, times, seed, run } = settled(options);
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
  const family = scheduleFamily({ degree, convex, monotone, latent, speed });
  const source = rng(seed);
  const draw = (step: number) =>
    drawBatch({ data, coupling, batch, times, degree, latent }, source.fork("batch", step));

  const result = await minimise({
    name: `learning of a schedule (${network.name}, ${coupling.name})`,
    initial: {
      ...prefixed("schedule", family.initial),
      ...prefixed("network", network.init(source.fork("init"))),
    },
    loss: (parameters, inputs) => {
      const { xt, dxt } = interpolated(
        family.at(stripped("schedule", parameters), inputs),
        inputs,
        coupling.condition.keep ? inputs.keep : undefined,
      );
      const input = { ...inputs, x: xt } as unknown as NetworkInput;
      const b = network.apply(stripped("network", parameters), input);
      return tf.mean(tf.mul(b, tf.sub(b, tf.mul(2, dxt))));
    },
    batch: draw,
    ...run,
    settings: {
      network: { name: network.name, ...network.options },
      coupling: coupling.name,
      schedule: { degree, convex, monotone, latent, speed },
      batch,
      seed,
      times,
      ...(options.checkpoint && { "checksum of the first batch": checksum(draw(0)) }),
    },
  });
  const coefficients = family.coefficients(stripped("schedule", result.average));
  const parameters = stripped("network", result.average);
  const interpolant = bernstein(coefficients);
  return Object.freeze({
    interpolant: coupling.condition.keep && !interpolant.convex ? insideHole(interpolant) : interpolant,
    coefficients,
    network,
    parameters,
    losses: result.losses,
    secondsPerStep: result.secondsPerStep,
    field: fittedField({ network, parameters, engine: options.engine }),
  } satisfies LearnedSchedule);
}

/** α, β, γ and their derivatives as columns `[n, 1]`, one row per sample. */
interface Columns {
  readonly alpha: tf.Tensor;
  readonly beta: tf.Tensor;
  readonly gamma?: tf.Tensor;
  readonly dAlpha: tf.Tensor;
  readonly dBeta: tf.Tensor;
  readonly dGamma?: tf.Tensor;
}

type FamilyOptions = Required<Pick<LearnScheduleOptions, "degree" | "convex" | "monotone" | "speed">> &
  Pick<LearnScheduleOptions, "latent">;

/**
 * Schedules as functions of unbounded parameters. A monotone curve's coefficients are running sums of a softmax;
 * those of a free one are the straight line's plus the parameters; those of γ²/(t(1−t)) are exponentials.
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
    at(raw: Parameters<tf.Tensor>, { t, basis, rates }: Named<tf.Tensor>): Columns {
      const parameters = Object.fromEntries(
        Object.entries(raw).map(([name, value]) => [name, climbing(tf.mul(value, speed))]),
      );
      const along = (coefficients: tf.Tensor, values: tf.Tensor) =>
        tf.matMul(values, coefficients, false, true);
      const up = rising(parameters.beta);
      const down = tf.sub(1, convex ? up : rising(parameters.alpha));
      const columns: Columns = {
        alpha: along(down, basis),
        beta: along(up, basis),
        dAlpha: along(down, rates),
        dBeta: along(up, rates),
      };
      if (!latent) return columns;
      const g = tf.exp(parameters.gamma);
      const time = tf.reshape(t, [-1, 1]);
      const bridge = tf.mul(time, tf.sub(1, time));
      const gamma = tf.sqrt(tf.mul(bridge, along(g, basis)));
      const twice = tf.add(
        tf.mul(tf.sub(1, tf.mul(2, time)), along(g, basis)),
        tf.mul(bridge, along(g, rates)),
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

/** The value itself, with its gradient turned around: minimising a loss then climbs it. */
function climbing(value: tf.Tensor): tf.Tensor {
  const turned = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (upstream: tf.Tensor) => tf.neg(upstream),
  }));
  return turned(value);
}

/** I_t and İ_t; where the mask keeps, x1 and zero. */
function interpolated(columns: Columns, inputs: Named<tf.Tensor>, keep: tf.Tensor | undefined) {
  const { x0, x1 } = inputs;
  const column = (value: tf.Tensor) => tf.reshape(value, [-1, ...x0.shape.slice(1).map(() => 1)]);
  const mixed = (alpha: tf.Tensor, beta: tf.Tensor, gamma: tf.Tensor | undefined) => {
    const bare = tf.add(tf.mul(column(alpha), x0), tf.mul(column(beta), x1));
    return gamma ? tf.add(bare, tf.mul(column(gamma), inputs.z)) : bare;
  };
  const xt = mixed(columns.alpha, columns.beta, columns.gamma);
  const dxt = mixed(columns.dAlpha, columns.dBeta, columns.dGamma);
  if (!keep) return { xt, dxt };
  const hole = tf.sub(1, keep);
  return { xt: tf.add(tf.mul(keep, x1), tf.mul(hole, xt)), dxt: tf.mul(hole, dxt) };
}

type Draws = Required<Pick<LearnScheduleOptions, "data" | "coupling" | "batch" | "times" | "degree">> &
  Pick<LearnScheduleOptions, "latent">;

function drawBatch({ data, coupling, batch, times, degree, latent }: Draws, source: Rng): Named<Values> {
  const targets = batchOf(data, batch, source.fork("rows"));
  const { x0, x1, xi } = coupling.draw(targets, source.fork("coupling"));
  const t = stratifiedTimes(batch, times, source.fork("times"));
  const rowsOf = (values: (n: number, t: number) => Float64Array): Values => ({
    shape: [batch, degree + 1],
    data: Float32Array.from(Array.from(t, (time) => Array.from(values(degree, time))).flat()),
  });
  const inputs: Named<Values> = {
    x0: floats(x0),
    x1: floats(x1),
    t: { shape: [batch], data: t },
    basis: rowsOf(bernsteinBasis),
    rates: rowsOf(bernsteinRates),
    ...conditionInputs(xi, coupling.condition, batch),
  };
  if (!latent) return inputs;
  const z = floats(source.fork("latent").normals(x0.shape));
  const doubled = Object.entries(inputs).map(([name, values]) => [name, joined(values, values)]);
  return {
    ...Object.fromEntries(doubled),
    z: joined(z, { ...z, data: z.data.map((value) => -value) }),
  };
}
