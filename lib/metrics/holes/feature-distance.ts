import { takeRows } from "../../array";
import type { Rng } from "../../random";
import { bootstrap } from "../../statistics";
import { pairedKernelDistance } from "../distances/paired-kernel-distance";
import type { FeatureNetwork } from "../features/feature-network";
import { type FilledHoles, holesOf, type KernelHoleMeasure } from "./holes";

export interface PairedFeatureDistanceOptions extends FilledHoles {
  /** Whose features are compared; its name stands in the result. */
  readonly network: Pick<FeatureNetwork, "name" | "features">;
  /** Draws the resamples of the interval. */
  readonly rng: Rng;
}

/**
 * The kernel distance of filled images from the true ones in a network's features, by `pairedKernelDistance`:
 * the same quantity as `imageDistances`' KID from other real images, with less noise.
 *
 * @example
 * const truth = (await mnist({ limit: { train: 1, test: 12 } })).test.x;
 * const x = gaussianBlur({ width: 1 })(truth); // in place of filled images
 * const network = await featureNetwork("mnist");
 * const keep = nothingKnown(x);
 * (await pairedFeatureDistance({ x, truth, keep, network, rng: rng(0) })).value;
 * @throws when shapes differ, a pixel isn't finite, or fewer than three images have a hole.
 */
export async function pairedFeatureDistance(
  options: PairedFeatureDistanceOptions,
): Promise<KernelHoleMeasure> {
  const { network, rng, ...filled } = options;
  const { images } = holesOf(filled, 3);
  const distance = pairedKernelDistance({
    a: await network.features(takeRows(filled.x, images)),
    b: await network.features(takeRows(filled.truth, images)),
  });
  return Object.freeze({
    name: `KID from the true images (${network.name})`,
    better: "lower",
    ...bootstrap({ n: images.length, statistic: distance.of, kind: "percentile", several: true, rng }),
    values: distance.values,
    of: distance.of,
  });
}
