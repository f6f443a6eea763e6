import { type NdArray, sliceRows, takeRows } from "../../array";
import { assertKnown } from "../../errors";
import { assertRng, type Rng } from "../../random";
import type { FeatureNetwork } from "../features/feature-network";
import type { Measurement } from "../measurement";
import { distanceFloor, type FloorOptions } from "./floor";
import { frechetDistance } from "./frechet";
import { kernelDistance } from "./kernel-distance";

/** Options of {@link imageDistances}. */
export interface ImageDistancesOptions {
  /** Whose features are compared; its name stands in the results. */
  readonly network: FeatureNetwork;
  /** Images `[n, h, w, c]` to judge. */
  readonly generated: NdArray;
  /** Real images that the model has not seen: the test split. */
  readonly reference: NdArray;
  /** Real images for the floor: the training split. */
  readonly train: NdArray;
  /** How many draws the floor is the mean of; 0 leaves it out. Default 5. */
  readonly draws?: number;
  /** Chooses which images are used where one set has more than another. */
  readonly rng: Rng;
}

/**
 * The kernel distance and the Fréchet distance of generated images from real ones in a network's features,
 * each with its floor and the floor's spread. All sets are subsampled at random to the size of the smallest,
 * so that values can be compared; floors are drawn afresh from up to four times as many real images of either
 * split, so pass more of them than of the generated ones. They depend on the network and are not the
 * published FID.
 *
 * @example
 * const { train, test } = await mnist({ limit: { train: 200, test: 100 } });
 * const network = await featureNetwork("mnist");
 * const generated = gaussianBlur({ width: 1 })(take(train, 50).x); // in place of a model's
 * const options = { network, generated, reference: test.x, train: train.x, draws: 2, rng: rng(0) };
 * const [kernel, frechet] = await imageDistances(options); // each with its floor
 */
export async function imageDistances(options: ImageDistancesOptions): Promise<readonly Measurement[]> {
  assertKnown(
    options,
    { network: true, generated: true, reference: true, train: true, draws: true, rng: true },
    "imageDistances",
    { likely: true },
  );
  const { network, generated, reference, train, rng, draws = 5 } = options;
  assertRng(rng);
  const n = Math.min(generated.shape[0], reference.shape[0], train.shape[0]);
  const most = draws > 0 ? 4 * n : n;
  const featuresOf = (images: NdArray, key: string, most: number) =>
    network.features(takeRows(images, rng.fork(key).permutation(images.shape[0]).subarray(0, most)));
  const made = await featuresOf(generated, "generated", n);
  const test = await featuresOf(reference, "reference", most);
  const real = sliceRows(test, 0, n);
  const seen = draws > 0 ? await featuresOf(train, "train", most) : undefined;

  const blocks = (key: string) => ({ rng: rng.fork("blocks", key) });
  const kernel = kernelDistance(made, real, blocks("generated"));
  const floorOf = (distance: FloorOptions["distance"]) => {
    if (!seen) return {};
    const { mean, sd } = distanceFloor({ train: seen, test, n, rng: rng.fork("floor"), distance, draws });
    return { floor: mean, floorSpread: sd };
  };
  return Object.freeze([
    Object.freeze({
      name: `KID (${network.name})`,
      ...kernel,
      ...floorOf((a, b) => kernelDistance(a, b, blocks("floor"))),
      better: "lower",
    }),
    Object.freeze({
      name: `Fréchet distance (${network.name})`,
      value: frechetDistance(made, real),
      ...floorOf(frechetDistance),
      better: "lower",
    }),
  ] satisfies Measurement[]);
}
