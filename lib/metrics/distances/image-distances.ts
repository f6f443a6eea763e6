import { type NdArray, takeRows } from "../../array";
import type { Rng } from "../../random";
import type { FeatureNetwork } from "../features/feature-network";
import type { Measurement } from "../measurement";
import { distanceFloor } from "./floor";
import { frechetDistance } from "./frechet";
import { kernelDistance } from "./kernel-distance";

export interface ImageDistancesOptions {
  readonly network: FeatureNetwork;
  /** Images `[n, h, w, c]` to judge. */
  readonly generated: NdArray;
  /** Real images that the model has not seen: the test split. */
  readonly reference: NdArray;
  /** Real images for the floor: the training split. */
  readonly train: NdArray;
  /** Chooses which images are used where one set has more than another. */
  readonly rng: Rng;
}

/**
 * The kernel distance and the Fréchet distance of generated images from real ones in a network's features,
 * each with its floor. All sets are subsampled at random to the size of the smallest, so that values can be
 * compared. They depend on the network and are not the published FID.
 */
export async function imageDistances(options: ImageDistancesOptions): Promise<readonly Measurement[]> {
  const { network, generated, reference, train, rng } = options;
  const n = Math.min(generated.shape[0], reference.shape[0], train.shape[0]);
  const featuresOf = (images: NdArray, key: string) =>
    network.features(takeRows(images, rng.fork(key).permutation(images.shape[0]).subarray(0, n)));
  const made = await featuresOf(generated, "generated");
  const real = await featuresOf(reference, "reference");
  const seen = await featuresOf(train, "train");

  const blocks = (key: string) => ({ rng: rng.fork("blocks", key) });
  const kernel = kernelDistance(made, real, blocks("generated"));
  const floorOf = <T>(distance: (a: NdArray, b: NdArray) => T) =>
    distanceFloor({ train: seen, test: real, n, rng: rng.fork("floor"), distance });
  return Object.freeze([
    Object.freeze({
      name: `KID (${network.name})`,
      ...kernel,
      floor: floorOf((a, b) => kernelDistance(a, b, blocks("floor")).value),
      better: "lower",
    }),
    Object.freeze({
      name: `Fréchet distance (${network.name})`,
      value: frechetDistance(made, real),
      floor: floorOf(frechetDistance),
      better: "lower",
    }),
  ] satisfies Measurement[]);
}
