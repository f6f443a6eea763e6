import { type NdArray, ndarray, sampleSize } from "../array";
import { maskOf } from "../conditions/mask";
import type { Samples } from "../data/samples";
import { assertLearnable, batchOf } from "../data/samples";
import { assertKnown, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import type { Coupling } from "./coupling";

/** Means, variances and the covariance of x0 and x1, element by element, each of a sample's shape. */
export interface PairMoments {
  /** Means of x0. */
  readonly mean0: NdArray;
  /** Means of x1. */
  readonly mean1: NdArray;
  /** Variances of x0. */
  readonly variance0: NdArray;
  /** Variances of x1. */
  readonly variance1: NdArray;
  /** Of x0 and x1 at the same element. */
  readonly covariance: NdArray;
}

/** Options of {@link pairMoments}. */
export interface PairMomentsOptions {
  /** The coupling whose pairs are drawn. */
  readonly coupling: Coupling;
  /** Samples of x1 to draw pairs for. */
  readonly data: Samples;
  /** How many pairs the moments are estimated from. Default 4096. */
  readonly draws?: number;
  /** Source of the draws. */
  readonly rng: Rng;
}

/**
 * Estimates the first two moments of a coupling's draws, element by element. Where ξ has a mask, those of an
 * element are taken over the draws in which it lies in the hole, since known ones don't move.
 * @throws unless there are two draws or more, and the data are finite; where an element is in fewer than two
 * holes.
 *
 * @example
 * const moments = await pairMoments({ coupling, data, draws: 1000, rng: rng(0) });
 * moments.covariance; // 0 up to its error where x0 and x1 are independent
 */
export async function pairMoments(options: PairMomentsOptions): Promise<PairMoments> {
  assertKnown(options, { coupling: true, data: true, draws: true, rng: true }, "pairMoments", {
    likely: true,
  });
  const { coupling, data, draws = 4096, rng } = options;
  assertRng(rng);
  assertLearnable(data);
  if (!(Number.isInteger(draws) && draws >= 2)) throw expected("2 draws or more", `${draws}`);
  const size = sampleSize(data.x);
  const sums = { n: new Float64Array(size), a: new Float64Array(size), b: new Float64Array(size) };
  const products = { aa: new Float64Array(size), ab: new Float64Array(size), bb: new Float64Array(size) };
  for (let done = 0; done < draws; done += chunk) {
    const n = Math.min(chunk, draws - done);
    const source = rng.fork("moments", done);
    const pairs = await coupling.draw(batchOf(data, n, source.fork("rows")), source.fork("coupling"));
    const known = maskOf(pairs.xi, pairs.x0)?.known;
    for (let k = 0; k < n * size; k++) {
      if (known?.[k] === 1) continue;
      const e = k % size;
      const [x0, x1] = [pairs.x0.data[k], pairs.x1.data[k]];
      sums.n[e]++;
      sums.a[e] += x0;
      sums.b[e] += x1;
      products.aa[e] += x0 * x0;
      products.ab[e] += x0 * x1;
      products.bb[e] += x1 * x1;
    }
  }
  const rare = sums.n.findIndex((n) => n < 2);
  if (rare >= 0) {
    throw expected(
      "each element in two draws or more of the hole",
      `${sums.n[rare]} for element ${rare}`,
      "Raise draws.",
    );
  }
  const shape = data.x.shape.slice(1);
  const each = (value: (e: number, n: number) => number) =>
    ndarray(
      shape,
      Float64Array.from(sums.n, (n, e) => value(e, n)),
    );
  const { a, b } = sums;
  const { aa, ab, bb } = products;
  return Object.freeze({
    mean0: each((e, n) => a[e] / n),
    mean1: each((e, n) => b[e] / n),
    variance0: each((e, n) => Math.max(0, (aa[e] - a[e] ** 2 / n) / (n - 1))),
    variance1: each((e, n) => Math.max(0, (bb[e] - b[e] ** 2 / n) / (n - 1))),
    covariance: each((e, n) => (ab[e] - (a[e] * b[e]) / n) / (n - 1)),
  });
}

const chunk = 256;
