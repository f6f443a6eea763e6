import { type NdArray, takeRows } from "../../array";
import { assertKnown, expected } from "../../errors";
import { assertRng, type Rng } from "../../random";
import type { Estimate } from "../../statistics";
import { assertFeatures, assertSameDimension } from "../features/assert-features";
import { polynomialKernel } from "./kernels";
import { squaredMmd } from "./mmd";

/** Options of {@link kernelDistance}. */
export interface KernelDistanceOptions {
  /**
   * Larger sets are split at random into blocks of this size, whose distances are averaged: time grows as n ·
   * blockSize. Default 2000.
   */
  readonly blockSize?: number;
  /** Draws the blocks; needed only when there is more than one. */
  readonly rng?: Rng;
}

/**
 * Kernel distance between two sets of features `[n, d]` and `[m, d]`: the unbiased estimate of the squared
 * maximum mean discrepancy under k(x, y) = (x·y / d + 1)³, as in KID (Bińkowski et al., 2018). Being
 * unbiased, it scatters about zero, and may be negative, when both sets come from the same distribution. The
 * standard error is that of `squaredMmd`.
 *
 * @example
 * const other = moons({ n: 256, rng: rng(1) });
 * kernelDistance(data.x, other.x); // { value, standardError }: zero within the error, as both are moons
 * @throws when there are fewer than three rows, dimensions differ, or a feature isn't finite.
 */
export function kernelDistance(a: NdArray, b: NdArray, options: KernelDistanceOptions = {}): Estimate {
  assertKnown(options, { blockSize: true, rng: true }, "kernelDistance");
  const { blockSize = 2000, rng } = options;
  assertFeatures(a, 3, "features a");
  assertFeatures(b, 3, "features b");
  assertSameDimension(a, b);
  if (!(Number.isInteger(blockSize) && blockSize >= 3)) {
    throw expected("a whole number of at least 3 as blockSize", `${blockSize}`);
  }
  const blocks = Math.ceil(Math.max(a.shape[0], b.shape[0]) / blockSize);
  if (blocks === 1) return squaredMmd(a, b, { kernel: cubic });
  if (rng === undefined) {
    throw expected(
      `an rng to split sets of more than blockSize = ${blockSize} features`,
      "none",
      "Pass rng: rng(seed).",
    );
  }
  assertRng(rng);
  if (Math.min(a.shape[0], b.shape[0]) < 3 * blocks) {
    throw expected(`at least ${3 * blocks} features on both sides for ${blocks} blocks`, "fewer");
  }
  const [orderA, orderB] = [rng.permutation(a.shape[0]), rng.permutation(b.shape[0])];
  let [sum, variance] = [0, 0];
  for (let k = 0; k < blocks; k++) {
    const part = (order: Int32Array) =>
      order.subarray(Math.floor((k * order.length) / blocks), Math.floor(((k + 1) * order.length) / blocks));
    const { value, standardError } = squaredMmd(takeRows(a, part(orderA)), takeRows(b, part(orderB)), {
      kernel: cubic,
    });
    sum += value;
    variance += standardError ** 2;
  }
  return Object.freeze({ value: sum / blocks, standardError: Math.sqrt(variance) / blocks });
}

const cubic = polynomialKernel({ degree: 3 });
