import type { NdArray } from "../../array";
import { assertKnown, expected } from "../../errors";
import { squaredDistance } from "../../statistics/squared-distance";
import { assertFeatures, assertSameDimension } from "../features/assert-features";

/** Options of {@link copiedShare}. */
export interface CopiedShareOptions {
  /** Points or features `[n, d]` of samples. */
  readonly generated: NdArray;
  /** Of what the model was trained on, `[m, d]`. */
  readonly train: NdArray;
  /** The largest distance of a copy from the nearest training point, over that from the second. Default ⅓. */
  readonly ratio?: number;
}

/**
 * The share of samples that are copies of training data: the nearest training point is at most a third as far
 * as the second nearest (Yoon et al., 2023, "Diffusion probabilistic models generalize when they fail to
 * memorize"). Unseen data score above 0, in d dimensions about ratioᵈ, a ninth in the plane: compare with
 * their value. Time grows as n m d.
 *
 * @example copiedShare({ generated: data.x, train: data.x }); // 1: each is its own copy
 * @throws when there are fewer than two training points, dimensions differ, or ratio isn't within (0, 1).
 */
export function copiedShare(options: CopiedShareOptions): number {
  assertKnown(options, { generated: true, train: true, ratio: true }, "copiedShare", { likely: true });
  const { generated, train, ratio = 1 / 3 } = options;
  if (!(ratio > 0 && ratio < 1)) throw expected("a ratio above 0, below 1", `${ratio}`);
  assertFeatures(generated, 1, "generated samples");
  assertFeatures(train, 2, "training points");
  assertSameDimension(generated, train);
  let copies = 0;
  for (let i = 0; i < generated.shape[0]; i++) {
    let [nearest, second] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let j = 0; j < train.shape[0]; j++) {
      const squared = squaredDistance(generated, i, train, j);
      if (squared < nearest) [nearest, second] = [squared, nearest];
      else if (squared < second) second = squared;
    }
    if (nearest <= ratio ** 2 * second) copies++;
  }
  return copies / generated.shape[0];
}
