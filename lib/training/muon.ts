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
      const momenta = tf.add(tf.mul(given.slots.m, momentum), given.gradient);
      const ahead = tf.split(tf.add(tf.mul(momenta, momentum), given.gradient), sizes);
      const kept = weightDecay > 0 ? tf.mul(given.parameters, given.scalars.kept) : given.parameters;
      const [old, matrixMomenta] = [kept, momenta].map((vector) => tf.split(vector, sizes));
      const next = { parameters: tf.split(parameters, sizes), m: tf.split(slots.m, sizes) };
      for (const { rows, columns, places } of sameShapes(entries, isMatrix)) {
        const joined = tf.concat(places.map((i) => ahead[i]));
        const directions = orthogonalised(tf.reshape(joined, [places.length, rows, columns]));
        const size = tf.mul(given.scalars.matrixRate, 0.2 * Math.sqrt(Math.max(rows, columns)));
        const steps = tf.split(tf.reshape(tf.mul(directions, size), [-1]), places.length);
        places.forEach((i, k) => {
          next.parameters[i] = tf.sub(old[i], steps[k]);
          next.m[i] = matrixMomenta[i];
        });
      }
      return { parameters: tf.concat(next.parameters), slots: { ...slots, m: tf.concat(next.m) } };
    },
  } satisfies Optimizer);
}

interface Matrices {
  readonly rows: number;
  readonly columns: number;
  /** Where they are among the entries. */
  readonly places: number[];
}

/** Groups the matrices by shape: one operator on a whole group is faster than one on each small matrix. */
function sameShapes<E extends { readonly shape: readonly number[] }>(
  entries: readonly E[],
  isMatrix: (entry: E) => boolean,
): Iterable<Matrices> {
  const found = new Map<string, Matrices>();
  entries.forEach((entry, i) => {
    if (!isMatrix(entry)) return;
    const columns = entry.shape[entry.shape.length - 1];
    const rows = sizeOf(entry.shape) / columns;
    const key = `${rows} ${columns}`;
    const same = found.get(key);
    if (same) same.places.push(i);
    else found.set(key, { rows, columns, places: [i] });
  });
  return found.values();
}

/**
 * Matrices `[n, rows, columns]` with their singular values moved to about 1 (0.7 to 1.2), their singular
 * vectors kept, by five steps X ← P X of Newton and Schulz, where P = a + b S + c S² and S = X Xᵀ (for tall
 * matrices X ← X P and S = Xᵀ X). A step turns S into P S P, so the iteration runs on the small square
 * matrices alone, and X is multiplied once, by the product of the five P.
 */
export function orthogonalised(matrices: tf.Tensor): tf.Tensor {
  const [, rows, columns] = matrices.shape;
  const wide = rows <= columns;
  const norm = tf.sqrt(tf.sum(tf.square(matrices), [1, 2], true));
  const x = tf.div(matrices, tf.add(norm, 1e-12));
  const [a, b, c] = [3.4445, -4.775, 2.0315];
  const identity = tf.mul(tf.eye(wide ? rows : columns), a);
  let s = tf.matMul(x, x, !wide, wide);
  let all: tf.Tensor | undefined;
  for (let i = 0; i < 5; i++) {
    const p = tf.add(tf.add(tf.mul(tf.matMul(s, s), c), tf.mul(s, b)), identity);
    all = all ? tf.matMul(p, all) : p;
    if (i < 4) s = tf.matMul(tf.matMul(p, s), p);
  }
  return wide ? tf.matMul(all!, x) : tf.matMul(x, all!);
}
