import type { NdArray } from "../../array";
import { assertKnown } from "../../errors";
import { nearestRows } from "../../statistics/nearest-rows";
import { wilsonInterval } from "../../statistics/proportion";
import { assertFeatures, assertSameDimension } from "../features/assert-features";

/** Options of {@link memorisation}. */
export interface MemorisationOptions {
  /** Points or features `[n, d]` of samples. */
  readonly generated: NdArray;
  /** The same `[m, d]` of all that the model was trained on. */
  readonly train: NdArray;
  /** The same `[k, d]` of data that it hasn't seen, from the same source. */
  readonly heldOut: NdArray;
}

/** What {@link memorisation} says. */
export interface Memorisation {
  /** The share of samples that are nearer to a training sample than to any held-out one. */
  readonly share: number;
  /** The same of new draws from the source itself: m / (m + k). */
  readonly expected: number;
  /** (share − expected) / (1 − expected): 0 for new draws, 1 for copies, below 0 for what avoids the data. */
  readonly excess: number;
  /** Its interval of 95 % over samples, for these training and held-out data. */
  readonly low: number;
  /** The upper end of that interval. */
  readonly high: number;
  /** 1 for each sample whose nearest neighbour is a training sample, 0 for the others. */
  readonly near: Float64Array;
  /** The nearest training sample of each. */
  readonly trainRows: Int32Array;
  /** The nearest held-out sample of each. */
  readonly heldOutRows: Int32Array;
}

/**
 * Whether samples repeat the training data. A new draw from their source is equally likely to have any of the
 * m + k training and held-out samples as its nearest neighbour, so that a share of m / (m + k) has a training
 * sample; samples that copy all have one. It is the test of Meehan, Chaudhuri and Dasgupta (2020) without
 * cells: it looks at nearest neighbours over the whole space, and can't see copies in one part that are made
 * up for in another. Poor samples, far from all data, score about 0, too: it says nothing of quality.
 *
 * @example
 * const heldOut = moons({ n: 256, rng: rng(1) }).x;
 * memorisation({ generated: take(data, 64).x, train: data.x, heldOut }).excess; // 1: all of them are copies
 * memorisation({ generated: moons({ n: 64, rng: rng(2) }).x, train: data.x, heldOut }).excess; // about 0
 * @throws when a set is empty, dimensions differ, or a number isn't finite.
 */
export function memorisation(options: MemorisationOptions): Memorisation {
  assertKnown(options, { generated: true, train: true, heldOut: true }, "memorisation", { likely: true });
  const { generated, train, heldOut } = options;
  assertFeatures(generated, 1, "samples");
  assertFeatures(train, 1, "training samples");
  assertFeatures(heldOut, 1, "held-out samples");
  assertSameDimension(generated, train);
  assertSameDimension(generated, heldOut);
  const [seen, unseen] = [nearestRows(generated, train), nearestRows(generated, heldOut)];
  const near = Float64Array.from(seen.squared, (squared, i) => {
    if (squared === unseen.squared[i]) return 0.5;
    return squared < unseen.squared[i] ? 1 : 0;
  });
  const n = near.length;
  const [m, k] = [train.shape[0], heldOut.shape[0]];
  const expected = m / (m + k);
  const excessOf = (share: number) => (share - expected) / (1 - expected);
  const successes = near.reduce((sum, value) => sum + value, 0);
  const { value: share, low, high } = wilsonInterval({ successes, n });
  return Object.freeze({
    share,
    expected,
    excess: excessOf(share),
    low: excessOf(low),
    high: excessOf(high),
    near,
    trainRows: seen.rows,
    heldOutRows: unseen.rows,
  });
}
