import * as tf from "@tensorflow/tfjs-core";
import { assertKnown, described, expected } from "../errors";
import { type LearningRateSchedule, stepLR } from "./learning-rate";
import type { Optimizer } from "./optimizer";

/** Options of {@link adam}. */
export interface AdamOptions {
  /** Learning rate. Default 2e-4, as in the paper; small networks and short runs do better with 1e-3. */
  readonly learningRate?: number;
  /** How the learning rate changes. Default ×0.99 every 1000 steps, as in the paper. */
  readonly schedule?: LearningRateSchedule;
  /** Decay of the mean of gradients, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, from 0 to below 1. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of that mean, above 0. Default 1e-8. */
  readonly epsilon?: number;
  /**
   * Decoupled weight decay λ, as in AdamW: each step first multiplies all parameters by 1 − ηλ. Default 0;
   * PyTorch's AdamW has 0.01.
   */
  readonly weightDecay?: number;
}

/** The names of these options. */
export const knownToAdam = {
  learningRate: true,
  schedule: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  weightDecay: true,
} as const satisfies Record<keyof AdamOptions, true>;

/**
 * Adam (Kingma and Ba, 2015): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − η m̂ / (√v̂ + ε), where
 * m̂ = m / (1 − β₁ᵏ) and v̂ = v / (1 − β₂ᵏ) at the k-th step and η is the learning rate; with `weightDecay`
 * AdamW (Loshchilov and Hutter, 2019).
 * @throws UsageError where an option is out of range, or there is none of this name, such as `lr`.
 *
 * @example
 * const optimizer = adam({ learningRate: 1e-3, schedule: cosine({ steps: 20, warmup: 5 }) });
 * const model = await train({ data, coupling, interpolant, network, optimizer, steps: 20, seed: 0 });
 */
export function adam(options: AdamOptions = {}): Optimizer {
  assertKnown(options, knownToAdam, "adam");
  const { learningRate = 2e-4, schedule = stepLR(), beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const { weightDecay = 0 } = options;
  if (typeof schedule?.factor !== "function") {
    throw expected("a schedule, such as cosine({ steps: 1000 })", described(schedule));
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw expected("a learningRate above 0", `${learningRate}`);
  }
  for (const [name, beta] of [
    ["beta1", beta1],
    ["beta2", beta2],
  ] as const) {
    if (!(beta >= 0 && beta < 1)) throw expected(`${name} from 0 to below 1`, `${beta}`);
  }
  if (!(epsilon > 0)) throw expected("an epsilon above 0", `${epsilon}`);
  if (!(weightDecay >= 0 && weightDecay < 1)) {
    throw expected("a weightDecay from 0 to below 1", `${weightDecay}`);
  }
  return Object.freeze({
    name: "adam",
    options: Object.freeze({
      learningRate,
      schedule: Object.freeze({ name: schedule.name, ...schedule.options }),
      beta1,
      beta2,
      epsilon,
      ...(weightDecay > 0 && { weightDecay }), // an option that changes nothing is not recorded
    }),
    slots: Object.freeze(["m", "v"]),
    scalars: (step) => {
      const root = Math.sqrt(1 - beta2 ** (step + 1));
      return {
        learningRate: (learningRate * schedule.factor(step) * root) / (1 - beta1 ** (step + 1)),
        epsilon: epsilon * root,
        ...(weightDecay > 0 && { kept: 1 - learningRate * schedule.factor(step) * weightDecay }),
      };
    },
    // The corrections of m and v are in the scalars, which saves a pass over the parameters.
    update: ({ parameters, gradient, slots, scalars }) => {
      const m = tf.add(tf.mul(slots.m, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(slots.v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const step = tf.div(m, tf.add(tf.sqrt(v), scalars.epsilon));
      const kept = weightDecay > 0 ? tf.mul(parameters, scalars.kept) : parameters;
      return { parameters: tf.sub(kept, tf.mul(step, scalars.learningRate)), slots: { m, v } };
    },
  } satisfies Optimizer);
}
