import type { NdArray } from "../../array";
import { expected } from "../../errors";
import { assertFeatures, assertSameDimension } from "../features/assert-features";
import { type Kernel, kernelBetween, polynomialKernel } from "./kernels";

/** The squared kernel distance of two sets of points, and of any rows of them. */
export interface KernelOfRows {
  /** Of all rows. */
  readonly value: number;
  /**
   * Of these rows of either set. A row that occurs several times counts as often, but is never compared with
   * itself: for the bootstrap.
   * @throws when there is no such row, or a side has fewer than two different ones.
   */
  of(rowsA: ArrayLike<number>, rowsB: ArrayLike<number>): number;
}

/**
 * The squared maximum mean discrepancy of points `[n, d]` and `[m, d]` by its unbiased estimate, as
 * `squaredMmd` has it, with all kernels computed once: that of resampled rows then takes (n + m)² operations,
 * without the d. Memory grows as (n + m)², too.
 *
 * @example
 * const { value, of } = kernelOfRows(pairs.x0, data.x);
 * of([0, 0, 1, 2], [3, 4, 5]); // of fewer points, one of them twice
 * @param options.kernel default: that of KID, `polynomialKernel({ degree: 3 })`
 * @throws when there are fewer than three rows, dimensions differ, or a number isn't finite.
 */
export function kernelOfRows(
  a: NdArray,
  b: NdArray,
  { kernel = polynomialKernel({ degree: 3 }) }: { readonly kernel?: Kernel } = {},
): KernelOfRows {
  assertFeatures(a, 3, "points a");
  assertFeatures(b, 3, "points b");
  assertSameDimension(a, b);
  const compare = { of: kernel.of, value: kernel.for(a, b) };
  const [withinA, withinB, between] = [
    kernels(a, a, compare),
    kernels(b, b, compare),
    kernels(a, b, compare),
  ];
  const [n, m] = [a.shape[0], b.shape[0]];
  const of = (rowsA: ArrayLike<number>, rowsB: ArrayLike<number>) => {
    const [u, v] = [counts(rowsA, n), counts(rowsB, m)];
    const within = (values: Float64Array, own: Float64Array) => weightedMean(values, own, own, (i) => i);
    return within(withinA, u) + within(withinB, v) - 2 * weightedMean(between, u, v, () => m);
  };
  const every = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
  return Object.freeze({ value: of(every(n), every(m)), of });
}

function kernels(a: NdArray, b: NdArray, compare: Parameters<typeof kernelBetween>[2]): Float64Array {
  const [n, m] = [a.shape[0], b.shape[0]];
  const kernel = kernelBetween(a, b, compare);
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[i * m + j] = kernel(i, j);
  return out;
}

/** How often each of n rows occurs. */
function counts(rows: ArrayLike<number>, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < rows.length; i++) {
    if (!(rows[i] in out)) throw expected(`rows from 0 to ${n - 1}`, `${rows[i]}`);
    out[rows[i]]++;
  }
  const different = out.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  if (different < 2) throw expected("two different rows or more on either side", `${different}`);
  return out;
}

/** The mean of kernels over pairs of rows that occur u and v times: those of row i before column `end(i)`. */
function weightedMean(values: Float64Array, u: Float64Array, v: Float64Array, end: (i: number) => number) {
  const m = v.length;
  let [sum, total] = [0, 0];
  for (let i = 0; i < u.length; i++) {
    if (u[i] === 0) continue;
    let [own, others] = [0, 0];
    for (let j = 0; j < end(i); j++) {
      own += v[j] * values[i * m + j];
      others += v[j];
    }
    sum += u[i] * own;
    total += u[i] * others;
  }
  return sum / total;
}
