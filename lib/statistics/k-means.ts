import { type NdArray, takeRows, zeros } from "../array";
import { assertFinite, assertKnown, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import { meanOf } from "./mean";
import { nearestRows } from "./nearest-rows";
import { weightedIndex } from "./weighted-index";

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** Points or features `[n, d]`. */
  readonly x: NdArray;
  /** The number of clusters, k. */
  readonly count: number;
  /** Largest number of rounds. Default 50. */
  readonly rounds?: number;
  /** Source of the first centres. */
  readonly rng: Rng;
}

/** What {@link kMeans} finds. */
export interface Clusters {
  /** `[k, d]`: the means of the clusters. */
  readonly centres: NdArray;
  /** The cluster of each point, 0, …, k − 1. */
  readonly groups: Int32Array;
  /** The mean squared distance of the points from their centres. */
  readonly spread: number;
  /** Rounds until nothing changed, or the most that were allowed. */
  readonly rounds: number;
}

/**
 * Clusters by Lloyd's algorithm: every point goes to its nearest centre, every centre to the mean of its
 * points, until nothing changes. The first centres are drawn as k-means++ does (Arthur and Vassilvitskii,
 * 2007): each new one with a probability proportional to its squared distance from those there are. It ends
 * in a local minimum, which depends on the draw. A cluster that loses all its points keeps its centre. Time
 * grows as n k d in each round.
 *
 * @example
 * const { groups } = kMeans({ x: data.x, count: 2, rng: rng(0) });
 * const samples = { x: data.x, labels: groups }; // clusters in place of labels
 * classGaussian({ samples, classes: 2, labelled: false }); // a coupling that nobody's labels have made
 * @throws unless `count` is a whole number from 1 to the number of different points, and these are finite.
 */
export function kMeans(options: KMeansOptions): Clusters {
  assertKnown(options, { x: true, count: true, rounds: true, rng: true }, "kMeans", { likely: true });
  const { x, count, rounds: most = 50, rng } = options;
  assertRng(rng);
  const [n, d] = x.shape;
  if (!(Number.isInteger(count) && count >= 1 && count <= n)) {
    throw expected(`a whole number of clusters from 1 to ${n}`, `${count}`);
  }
  assertFinite(x.data, "finite points");
  let centres = firstCentres(x, count, rng);
  let near = nearestRows(x, centres);
  let rounds = 0;
  for (let changed = true; changed && rounds < most; rounds++) {
    const means = zeros(centres.shape, centres);
    const sizes = new Int32Array(count);
    const sums = new Float64Array(count * d);
    for (let i = 0; i < n; i++) {
      sizes[near.rows[i]]++;
      for (let j = 0; j < d; j++) sums[near.rows[i] * d + j] += x.data[i * d + j];
    }
    for (let e = 0; e < sums.length; e++) {
      const size = sizes[Math.floor(e / d)];
      means.data[e] = size > 0 ? sums[e] / size : centres.data[e];
    }
    centres = means;
    const next = nearestRows(x, centres);
    changed = next.rows.some((row, i) => row !== near.rows[i]);
    near = next;
  }
  const spread = meanOf(near.squared);
  return Object.freeze({ centres, groups: near.rows, spread, rounds });
}

/** k-means++: points far from the centres so far are the likelier ones to become the next. */
function firstCentres(x: NdArray, count: number, rng: Rng): NdArray {
  const chosen = [rng.int(x.shape[0])];
  let { squared } = nearestRows(x, takeRows(x, chosen));
  while (chosen.length < count) {
    if (!squared.some((value) => value > 0)) {
      throw expected(`at least ${count} different points`, `${chosen.length}`);
    }
    const row = weightedIndex(squared, rng);
    chosen.push(row);
    const fresh = nearestRows(x, takeRows(x, [row])).squared;
    squared = squared.map((value, i) => Math.min(value, fresh[i]));
  }
  return takeRows(x, chosen);
}
