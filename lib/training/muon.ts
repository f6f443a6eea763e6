import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../array";
import { assertKnown, described, expected } from "../errors";
import { type AdamOptions, adam, knownToAdam } from "./adam";
import { stepLR } from "./learning-rate";
import type { Optimizer } from "./optimizer";

/** Options of {@link muon}. */
export interface MuonOptions extends AdamOptions {
  /** Decay of the matrices' momentum. Default 0.95. */
  readonly momentum?: number;
  /**
   * Names of matrices that Adam changes all the same. Default: those of first and last layers and of
   * embeddings, by the names that the networks here give them.
   */
  readonly except?: RegExp;
}

/**
 * Muon (Jordan et al., 2024): each matrix of parameters moves along its momentum with all singular values set
 * near 1, by five Newton-Schulz iterations. A convolution's kernel counts as a matrix with a column for each
 * output channel. The step of an a × b matrix is the learning rate times 0.2 √max(a, b), whose root mean
 * square is about that of Adam's (Liu et al., 2025, arXiv 2502.16982), so that one learning rate serves both.
 * Adam changes all other parameters. `weightDecay` is that of AdamW for both, as in Liu et al.
 *
 * @example
 * const optimizer = muon({ learningRate: 1e-3, schedule: cosine({ steps: 20, warmup: 5 }) });
 * const model = await train({ data, coupling, interpolant, network, optimizer, steps: 20, seed: 0 });
 */
export function muon(options: MuonOptions = {}): Optimizer {
  assertKnown(options, { ...knownToAdam, momentum: true, except: true }, "muon");
  const { momentum = 0.95, except = /^(stem|patches|time|classes|vector|beside|out)\b/, ...rest } = options;
  if (!(except instanceof RegExp)) throw expected("a regular expression as except", described(except));
  if (!(momentum >= 0 && momentum < 1)) throw expected("a momentum from 0 to below 1", `${momentum}`);
  const { learningRate = 2e-4, schedule = stepLR(), weightDecay = 0 } = rest;
  const rule = adam(rest);
  const isMatrix = ({ name, shape }: { readonly name: string; readonly shape: readonly number[] }) =>
    shape.length >= 2 && !except.test(name);
  return Object.freeze({
    name: "muon",
    options: Object.freeze({ ...rule.options, momentum, except: except.source }),
    slots: rule.slots,
    scalars: (step) => ({ ...rule.scalars(step), matrixRate: learningRate * schedule.factor(step) }),
    update: ({ entries, ...given }) => {
      const { slots, parameters } = rule.update({ ...given, entries });
      const sizes = entries.map(({ shape }) => sizeOf(shape));
      const [old, gradients, momenta, moved] = [
        given.parameters,
        given.gradient,
        given.slots.m,
        parameters,
      ].map((vector) => tf.split(vector, sizes));
      const adams = tf.split(slots.m, sizes);
      const next = entries.map((entry, i) => {
        if (!isMatrix(entry)) return { parameters: moved[i], m: adams[i] };
        const columns = entry.shape[entry.shape.length - 1];
        const rows = sizes[i] / columns;
        const m = tf.add(tf.mul(momenta[i], momentum), gradients[i]);
        const ahead = tf.add(gradients[i], tf.mul(m, momentum));
        const direction = orthogonalised(tf.reshape(ahead, [rows, columns]) as tf.Tensor2D);
        const size = tf.mul(given.scalars.matrixRate, 0.2 * Math.sqrt(Math.max(rows, columns)));
        const kept = weightDecay > 0 ? tf.mul(old[i], given.scalars.kept) : old[i];
        return { parameters: tf.sub(kept, tf.mul(tf.reshape(direction, [sizes[i]]), size)), m };
      });
      return {
        parameters: tf.concat(next.map((one) => one.parameters)),
        slots: { ...slots, m: tf.concat(next.map((one) => one.m)) },
      };
    },
  } satisfies Optimizer);
}

/** The matrix with its singular values moved to about 1 (0.7 to 1.2), its singular vectors kept. */
export function orthogonalised(matrix: tf.Tensor2D): tf.Tensor2D {
  const [rows, columns] = matrix.shape;
  const wide = rows <= columns;
  const norm = tf.sqrt(tf.sum(tf.square(matrix)));
  let x = tf.div(wide ? matrix : tf.transpose(matrix), tf.add(norm, 1e-12)) as tf.Tensor2D;
  const [a, b, c] = [3.4445, -4.775, 2.0315];
  for (let i = 0; i < 5; i++) {
    const square = tf.matMul(x, x, false, true);
    const polynomial = tf.add(tf.mul(square, b), tf.mul(tf.matMul(square, square), c)) as tf.Tensor2D;
    x = tf.add(tf.mul(x, a), tf.matMul(polynomial, x)) as tf.Tensor2D;
  }
  return wide ? x : tf.transpose(x);
}
