import { ndarray, takeRows } from "../array";
import { assertKnown, expected } from "../errors";
import { cholesky } from "../gaussian";
import { assertRng, type Rng } from "../random";
import { type Estimate, estimateMean } from "../statistics";
import { normalQuantile } from "../statistics/normal";
import type { Pairs } from "./coupling";
import { gaussianMixture, type MixtureComponent, type MixtureCoupling } from "./gaussian-mixture";

/** Options of {@link balancedDraws}. */
export interface BalancedDrawsOptions {
  /** The mixture whose components are to be drawn in equal shares. */
  readonly coupling: MixtureCoupling;
  /** How many pairs: each component must have a whole share of a sixth of them. */
  readonly n: number;
  /** Source of the pairs; the same state gives the same. */
  readonly rng: Rng;
}

/** Pairs of a mixture without chance in how many come from which component. */
export interface BalancedDraws {
  /** In random order. */
  readonly pairs: Pairs;
  /** The label of the target that each base point is paired with. */
  readonly labels: Int32Array;
  /** The mean of one value per pair, with the standard error that such draws have, from six parts of them. */
  mean(values: ArrayLike<number>): Estimate;
}

/** How many parts the draws have; each has point sets of its own, so that their means are independent. */
const parts = 6;

/**
 * Draws pairs of a Gaussian mixture for accurate means of what depends on the base point, such as a flow's
 * cost: as many from each component as its weight says (stratification), and base points that fill each base
 * mode evenly: a Weyl sequence with the steps 1/φ, 1/φ², … of the root φ of φ^(d+1) = φ + 1, shifted by
 * chance, and mapped to the normal distribution. Targets are drawn given the base points.
 *
 * @example
 * const coupling = threeModes({ pairing: "matched" });
 * const { pairs, mean } = balancedDraws({ coupling, n: 1800, rng: rng(0) });
 * mean(Array.from({ length: 1800 }, (_, i) => pairs.x0.data[2 * i])); // −6.000, with its standard error
 * @throws when a component's share of a sixth of `n` is not a whole number.
 */
export function balancedDraws(options: BalancedDrawsOptions): BalancedDraws {
  assertKnown(options, { coupling: true, n: true, rng: true }, "balancedDraws", { likely: true });
  const { coupling, n, rng } = options;
  assertRng(rng);
  const { components, dimension: d, name } = coupling;
  const counts = components.map(({ weight }) => Math.round((weight * n) / parts));
  if (
    components.some(({ weight }, k) => !(Math.abs((weight * n) / parts - counts[k]) < 1e-6) || !counts[k])
  ) {
    const shares = components.map(({ weight }) => Number((weight * n).toPrecision(4)));
    throw expected(
      `a number of pairs of which each component of "${name}" has a multiple of ${parts}`,
      `n = ${n}, with the shares ${shares.join(", ")}`,
    );
  }
  const [x0, x1] = [new Float32Array(n * d), new Float32Array(n * d)];
  const [labels, part] = [new Int32Array(n), new Int32Array(n)];
  let row = 0;
  for (let block = 0; block < parts; block++) {
    for (const members of byBaseMode(components)) {
      const random = rng.fork("base mode", block, members[0]);
      const own = members.map((k) => counts[k]);
      const total = own.reduce((sum, count) => sum + count, 0);
      const points = evenly(components[members[0]], total, d, random.fork("shift"));
      const dealt = deal(own).map((member) => members[member]);
      for (const k of members) {
        const rows = dealt.flatMap((one, i) => (one === k ? [i] : []));
        const base = takeRows(points, rows);
        const { x0: targets } = reversed(components[k]).draw({ x: base }, random.fork("targets", k));
        x0.set(base.data, row * d);
        x1.set(targets.data, row * d);
        labels.fill(components[k].label, row, row + rows.length);
        part.fill(block, row, row + rows.length);
        row += rows.length;
      }
    }
  }
  const order = rng.fork("order").permutation(n);
  const shape = [n, d];
  const shuffled = labels.map((_, i) => labels[order[i]]);
  const { xi } = coupling.start({ shape, labels: shuffled }, rng.fork("condition"));
  return Object.freeze({
    pairs: Object.freeze({
      x0: takeRows(ndarray(shape, x0), order),
      x1: takeRows(ndarray(shape, x1), order),
      xi,
    }),
    labels: shuffled,
    mean(values: ArrayLike<number>) {
      if (values.length !== n) throw expected(`${n} values, one per pair`, `${values.length}`);
      const means = new Float64Array(parts);
      order.forEach((from, i) => {
        means[part[from]] += values[i] / (n / parts);
      });
      return estimateMean(means);
    },
  });
}

/** Components by their base mode, as lists of their numbers. */
function byBaseMode(components: readonly MixtureComponent[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [k, { mean0, cov00 }] of components.entries()) {
    const key = JSON.stringify([mean0, cov00]);
    groups.set(key, [...(groups.get(key) ?? []), k]);
  }
  return [...groups.values()];
}

/** Whose turn it is: as evenly in turn as the counts allow. */
function deal(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const given = counts.map(() => 0);
  return Array.from({ length: total }, (_, i) => {
    const owed = counts.map((count, k) => (count * (i + 1)) / total - given[k]);
    const next = owed.indexOf(Math.max(...owed));
    given[next]++;
    return next;
  });
}

/** `n` points that fill the base mode of a component evenly. */
function evenly({ mean0, cov00 }: MixtureComponent, n: number, d: number, rng: Rng) {
  let root = 2;
  for (let step = 0; step < 60; step++) root = (1 + root) ** (1 / (d + 1));
  const shift = Array.from({ length: d }, () => rng.uniform());
  const factor = cholesky(Float64Array.from(cov00.flat()), d);
  const data = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const normal = shift.map((start, j) => normalQuantile((start + (i + 1) * root ** -(j + 1)) % 1));
    for (let j = 0; j < d; j++) {
      let value = mean0[j];
      for (let l = 0; l <= j; l++) value += factor[j * d + l] * normal[l];
      data[i * d + j] = value;
    }
  }
  return ndarray([n, d], data);
}

/** The component from its target to its base: its `draw` draws targets, given base points. */
function reversed({ mean0, mean1, cov00, cov01, cov11 }: Required<MixtureComponent>) {
  const back = cov01.map((_, i) => cov01.map((row) => row[i]));
  const swapped = { weight: 1, mean0: mean1, mean1: mean0, cov00: cov11, cov01: back, cov11: cov00 };
  return gaussianMixture({ components: [swapped] });
}
