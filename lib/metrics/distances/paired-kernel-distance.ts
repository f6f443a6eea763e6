import type { NdArray } from "../../array";
import { assertKnown, expected } from "../../errors";
import { assertFeatures } from "../features/assert-features";
import { type Kernel, kernelBetween, polynomialKernel } from "./kernels";

/** Options of {@link pairedKernelDistance}. */
export interface PairedKernelOptions {
  /** Points `[n · k, d]`, k of them for each of n images, one image after the other. */
  readonly a: NdArray;
  /** The points that belong to those of `a`, row by row: those of the true image. */
  readonly b: NdArray;
  /** k. Default 1. */
  readonly perImage?: number;
  /** Default: that of KID, `polynomialKernel({ degree: 3 })`. */
  readonly kernel?: Kernel;
}

/** The squared kernel distance of two sets of points that come in pairs. */
export interface PairedKernel {
  /** Of all images. */
  readonly value: number;
  /**
   * Of the images in these rows, an image that occurs several times not being compared with itself.
   * @throws when there is no such image, or there are fewer than two different ones.
   */
  of(rows: ArrayLike<number>): number;
  /**
   * One value per image, whose mean is `value`: the jackknife's pseudo-values (Tukey, 1958), whose standard
   * error is that of `value` where the distance is clearly not 0, and too large where it is.
   */
  readonly values: Float64Array;
}

/**
 * The squared maximum mean discrepancy between points and those that they are paired with, such as features
 * of filled images and of the true ones: the mean over pairs of *different* images i and j of
 *
 *     k(aᵢ, aⱼ) + k(bᵢ, bⱼ) − k(aᵢ, bⱼ) − k(bᵢ, aⱼ).
 *
 * An image is never compared with its own pair, so the estimate is unbiased although the two sets depend on
 * each other; and what they have in common cancels, so that it is exactly 0 where a = b, and far less noisy
 * than the distance to other real images. With several points per image, all of theirs are compared. Time
 * grows as (n k)² d.
 *
 * @example
 * const a = ndarray(data.x.shape, data.x.data.map((value) => value + 0.3));
 * pairedKernelDistance({ a, b: data.x }).value; // above 0, as the points were moved
 * @throws when the shapes differ, there are fewer than three images, or a number isn't finite.
 */
export function pairedKernelDistance(options: PairedKernelOptions): PairedKernel {
  assertKnown(options, { a: true, b: true, perImage: true, kernel: true }, "pairedKernelDistance", {
    likely: true,
  });
  const { a, b, perImage: k = 1, kernel = polynomialKernel({ degree: 3 }) } = options;
  if (!(Number.isInteger(k) && k >= 1)) throw expected("1 point or more per image", `${k}`);
  assertFeatures(a, 3 * k, "points a");
  assertFeatures(b, 3 * k, "points b");
  if (a.shape[0] !== b.shape[0] || a.shape[1] !== b.shape[1] || a.shape[0] % k !== 0) {
    throw expected(
      `points of the same shape on both sides, ${k} per image`,
      `[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`,
    );
  }
  const n = a.shape[0] / k;
  const terms = pairTerms({ a, b, k, kernel });
  const of = (rows: ArrayLike<number>) => {
    const weights = new Float64Array(n);
    for (let i = 0; i < rows.length; i++) {
      if (!(rows[i] in weights)) throw expected(`images from 0 to ${n - 1}`, `${rows[i]}`);
      weights[rows[i]]++;
    }
    let [sum, total] = [0, 0];
    for (let i = 0; i < n; i++) {
      if (weights[i] === 0) continue;
      for (let j = 0; j < i; j++) {
        const weight = weights[i] * weights[j];
        sum += weight * terms[i * n + j];
        total += weight;
      }
    }
    if (total === 0) throw expected("rows of two different images or more", "fewer");
    return sum / total;
  };
  const rows = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) rows[i] += terms[i * n + j];
  const all = rows.reduce((sum, row) => sum + row, 0);
  const value = all / (n * (n - 1));
  const values = rows.map((row) => n * value - ((n - 1) * (all - 2 * row)) / ((n - 1) * (n - 2)));
  return Object.freeze({ value, of, values });
}

interface Points {
  readonly a: NdArray;
  readonly b: NdArray;
  readonly k: number;
  readonly kernel: Kernel;
}

/** The symmetric matrix `[n, n]` of the terms, with zeros on the diagonal. */
function pairTerms({ a, b, k, kernel }: Points): Float64Array {
  const n = a.shape[0] / k;
  const compare = { of: kernel.of, value: kernel.for(a, b) };
  const [ofA, ofB, across, back] = [
    kernelBetween(a, a, compare),
    kernelBetween(b, b, compare),
    kernelBetween(a, b, compare),
    kernelBetween(b, a, compare),
  ];
  const terms = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let p = i * k; p < (i + 1) * k; p++) {
        for (let q = j * k; q < (j + 1) * k; q++) {
          sum += ofA(p, q) + ofB(p, q);
          sum -= across(p, q) + back(p, q);
        }
      }
      terms[i * n + j] = sum / k ** 2;
      terms[j * n + i] = sum / k ** 2;
    }
  }
  return terms;
}
