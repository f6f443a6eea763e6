import { type NdArray, zeros } from "../../array";
import { assertRng, type Rng } from "../../random";
import type { FeatureNetwork } from "../features/feature-network";
import type { ImagePairs } from "../images/image-pairs";
import { type ClassifierTest, classifierTest } from "./classifier-test";
import { pairedFeatureDistance } from "./feature-distance";
import type { FilledHoles, HoleMeasure, KernelHoleMeasure } from "./holes";
import { type OutlierPixels, outlierPixels } from "./outlier-pixels";
import { perceptualDistance } from "./perceptual-distance";

/** What can be seen of images, in their holes or as a whole; each measure with its values by image. */
export interface ImageMeasures {
  /** Can texture give the filled images away? */
  readonly classifier: ClassifierTest;
  /** Are there specks? */
  readonly outliers: OutlierPixels;
  /** Do filled images have the features of true ones, as a set? */
  readonly features: KernelHoleMeasure;
  /** How far is each filling from the true one, in activations? Only where the network has them. */
  readonly perceptual?: HoleMeasure;
}

/** What {@link imageMeasures} judges by. */
export interface Judges {
  /** Whose features are compared; its name stands in the results. */
  readonly network: FeatureNetwork;
  /** Source of the resamples of intervals and of the classifier's split. */
  readonly rng: Rng;
}

/**
 * `holeMeasures` of images that were made as a whole from something else, such as a low resolution: all of
 * an image is its hole. The classifier sees texture at the scale of pixels everywhere.
 *
 * @example
 * const truth = (await mnist({ limit: { train: 1, test: 12 } })).test.x;
 * const x = gaussianBlur({ width: 1 })(truth); // in place of restored images
 * const network = await featureNetwork("mnist");
 * const { classifier, features } = await imageMeasures({ x, truth, network, rng: rng(0) });
 * @throws when shapes differ, a pixel isn't finite, or there are fewer than ten images.
 */
export async function imageMeasures({ x, truth, ...judges }: ImagePairs & Judges): Promise<ImageMeasures> {
  return Object.freeze(await seenIn({ x, truth, keep: nothingKnown(x) }, judges));
}

/** What can be seen of filled holes, but for their edges and their error. */
export async function seenIn(filled: FilledHoles, { network, rng }: Judges): Promise<ImageMeasures> {
  assertRng(rng);
  return {
    classifier: classifierTest({ ...filled, rng: rng.fork("classifier") }),
    outliers: outlierPixels({ ...filled, rng: rng.fork("outliers") }),
    features: await pairedFeatureDistance({ ...filled, network, rng: rng.fork("features") }),
    ...(network.activations && {
      perceptual: await perceptualDistance({ ...filled, network, rng: rng.fork("perceptual") }),
    }),
  };
}

/** A mask of images `[n, h, w, c]` of which no pixel is known: zeros `[n, h, w, 1]`. */
export const nothingKnown = ({ shape }: NdArray): NdArray => zeros([...shape.slice(0, 3), 1]);
