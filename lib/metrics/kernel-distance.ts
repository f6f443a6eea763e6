import { type NdArray, takeRows } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { Estimate } from "./estimate";
import { assertFeatures, assertSameDimension } from "./moments";

export interface KernelDistanceOptions {
  /**
   * Sets larger than this are cut at random into blocks of this size, whose distances are averaged: time
   * grows with n · blockSize. Default 2000.
   */
  readonly blockSize?: number;
  /** Decides the blocks; needed only when there is more than one. */
  readonly rng?: Rng;
}

/**
 * Kernel distance between two sets of features `[n, d]` and `[m, d]`: the unbiased estimate of the squared
 * maximum mean discrepancy under k(x, y) = (x·y / d + 1)³, as in KID (Bińkowski et al., 2018). Being
 * unbiased, it is around zero, and as often below, when both sets come from one distribution. The standard
 * error is the two-sample jackknife's.
 * @throws when there are fewer than three rows, dimensions differ or a feature isn't finite.
 */
export function kernelDistance(a: NdArray, b: NdArray, options: KernelDistanceOptions = {}): Estimate {
  const { blockSize = 2000, rng } = options;
  assertFeatures(a, 3, "features a");
  assertFeatures(b, 3, "features b");
  assertSameDimension(a, b);
  if (!(Number.isInteger(blockSize) && blockSize >= 3)) {
    throw expected("a whole number of at least 3 as blockSize", `${blockSize}`);
  }
  const blocks = Math.ceil(Math.max(a.shape[0], b.shape[0]) / blockSize);
  if (blocks === 1) return discrepancy(a, b);
  if (rng === undefined) {
    throw expected(
      `an rng to cut sets of more than blockSize = ${blockSize} features`,
      "none",
      "Pass rng: rng(seed).",
    );
  }
  if (Math.min(a.shape[0], b.shape[0]) < 3 * blocks) {
    throw expected(`at least ${3 * blocks} features on both sides for ${blocks} blocks`, "fewer");
  }
  const [orderA, orderB] = [rng.permutation(a.shape[0]), rng.permutation(b.shape[0])];
  let [sum, variance] = [0, 0];
  for (let k = 0; k < blocks; k++) {
    const part = (order: Int32Array) =>
      order.subarray(Math.floor((k * order.length) / blocks), Math.floor(((k + 1) * order.length) / blocks));
    const { value, standardError } = discrepancy(takeRows(a, part(orderA)), takeRows(b, part(orderB)));
    sum += value;
    variance += standardError ** 2;
  }
  return { value: sum / blocks, standardError: Math.sqrt(variance) / blocks };
}

function discrepancy(a: NdArray, b: NdArray): Estimate {
  const [n, m] = [a.shape[0], b.shape[0]];
  const withinA = kernelSums(a, a);
  const withinB = kernelSums(b, b);
  const between = kernelSums(a, b);
  const [pairsA, pairsB] = [withinA.total / (n * (n - 1)), withinB.total / (m * (m - 1))];
  const value = pairsA + pairsB - (2 * between.total) / (n * m);

  const withoutOneA = withinA.rows.map(
    (row, i) =>
      (withinA.total - 2 * row) / ((n - 1) * (n - 2)) +
      pairsB -
      (2 * (between.total - between.rows[i])) / ((n - 1) * m),
  );
  const withoutOneB = withinB.rows.map(
    (row, j) =>
      (withinB.total - 2 * row) / ((m - 1) * (m - 2)) +
      pairsA -
      (2 * (between.total - between.columns[j])) / (n * (m - 1)),
  );
  return { value, standardError: Math.sqrt(jackknife(withoutOneA) + jackknife(withoutOneB)) };
}

function jackknife(estimates: Float64Array): number {
  const n = estimates.length;
  const mean = estimates.reduce((sum, x) => sum + x, 0) / n;
  return ((n - 1) / n) * estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0);
}

/** Sums of the kernel over rows and columns; a set against itself leaves out each row's pair with itself. */
function kernelSums(a: NdArray, b: NdArray) {
  const [n, d] = a.shape;
  const m = b.shape[0];
  const [left, right] = [Float64Array.from(a.data), Float64Array.from(b.data)];
  const rows = new Float64Array(n);
  const columns = new Float64Array(m);
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (a === b && i === j) continue;
      let dot = 0;
      for (let k = 0, p = i * d, q = j * d; k < d; k++) dot += left[p + k] * right[q + k];
      const kernel = (dot / d + 1) ** 3;
      rows[i] += kernel;
      columns[j] += kernel;
      total += kernel;
    }
  }
  return { rows, columns, total };
}
