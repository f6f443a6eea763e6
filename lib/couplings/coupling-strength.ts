import { type NdArray, sampleSize, zeros } from "../array";
import { rowsOf, type Samples } from "../data/samples";
import { assertKnown, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import type { Coupling } from "./coupling";
import { assertKeepsTargets } from "./kept-targets";

/** Options of {@link couplingStrength}. */
export interface CouplingStrengthOptions {
  /** The coupling whose pairs are judged. */
  readonly coupling: Coupling;
  /** Two targets or more. */
  readonly targets: Samples;
  /** Targets in each call of the coupling's `draw`, which matters to minibatch OT. Default all. */
  readonly batch?: number;
  /** Source of the draws. */
  readonly rng: Rng;
}

/**
 * How strongly a coupling ties the base to the data: the share of the variance of x0 that x1 explains,
 * 1 − E Var(x0 | x1) / Var(x0), Pearson's correlation ratio. 0 for the independent coupling, 1 where x1
 * determines x0. It is estimated from two draws of x0 for each target, in other batches: half of their mean
 * squared difference is E Var(x0 | x1). The estimate may fall below 0 by chance.
 *
 * @example
 * const tight = dataDependent({ mean: ({ x }) => x, sigma: 0.1 });
 * await couplingStrength({ coupling: tight, targets: data, rng: rng(0) }); // near 1
 * @throws when there are fewer than two targets, the coupling changes their order, or x0 doesn't vary.
 */
export async function couplingStrength(options: CouplingStrengthOptions): Promise<number> {
  assertKnown(options, { coupling: true, targets: true, batch: true, rng: true }, "couplingStrength", {
    likely: true,
  });
  const { coupling, targets, batch = targets.x.shape[0], rng } = options;
  assertRng(rng);
  const n = targets.x.shape[0];
  if (n < 2) throw expected("two targets or more", `${n}`);
  if (!(Number.isInteger(batch) && batch >= 1)) throw expected("a whole batch above 0", `${batch}`);
  const first = await drawOnce(coupling, targets, batch, rng.fork("draw", 0));
  const second = await drawOnce(coupling, targets, batch, rng.fork("draw", 1));
  let within = 0;
  for (let e = 0; e < first.data.length; e++) within += (first.data[e] - second.data[e]) ** 2 / (2 * n);
  const total = (variance(first) + variance(second)) / 2;
  if (!(total > 0)) throw expected("a base that varies", `one that is constant in "${coupling.name}"`);
  return 1 - within / total;
}

/** A draw of x0 for each target, in random batches. */
async function drawOnce(coupling: Coupling, targets: Samples, batch: number, rng: Rng): Promise<NdArray> {
  const order = rng.fork("order").permutation(targets.x.shape[0]);
  const out = zeros(targets.x.shape, targets.x);
  const size = sampleSize(out);
  for (let start = 0; start < order.length; start += batch) {
    const rows = order.subarray(start, start + batch);
    const part = rowsOf(targets, rows);
    const pairs = await coupling.draw(part, rng.fork("pairs", start));
    assertKeepsTargets(pairs, part, { coupling: coupling.name });
    rows.forEach((row, i) => {
      out.data.set(pairs.x0.data.subarray(i * size, (i + 1) * size), row * size);
    });
  }
  return out;
}

/** The sum of the variances of all elements of a sample. */
function variance(x: NdArray): number {
  const [n, size] = [x.shape[0], sampleSize(x)];
  let sum = 0;
  for (let j = 0; j < size; j++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += x.data[i * size + j] / n;
    for (let i = 0; i < n; i++) sum += (x.data[i * size + j] - mean) ** 2 / (n - 1);
  }
  return sum;
}
