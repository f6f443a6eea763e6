import { type NdArray, zeros } from "../../array";
import type { Rng } from "../../random";
import type { FeatureNetwork } from "../features/feature-network";
import type { ImagePairs } from "../images/image-pairs";
import { classifierTest } from "./classifier-test";
import { pairedFeatureDistance } from "./feature-distance";
import type { HoleMeasures } from "./hole-measures";
import { outlierPixels } from "./outlier-pixels";
import { perceptualDistance } from "./perceptual-distance";

/** What can be seen of whole images: `HoleMeasures` without those of a hole's edge and of its error. */
export type ImageMeasures = Omit<HoleMeasures, "edges" | "error">;

/**
 * `holeMeasures` of images that were made as a whole from something else, such as a low resolution: all of
 * an image is its hole. The classifier sees texture at the scale of pixels everywhere.
 *
 * @throws when shapes differ, a pixel isn't finite, or there are fewer than ten images.
 */
export async function imageMeasures({
  x,
  truth,
  network,
  rng,
}: ImagePairs & { readonly network: FeatureNetwork; readonly rng: Rng }): Promise<ImageMeasures> {
  const restored = { x, truth, keep: nothingKnown(x) };
  return Object.freeze({
    classifier: classifierTest({ ...restored, rng: rng.fork("classifier") }),
    outliers: outlierPixels({ ...restored, rng: rng.fork("outliers") }),
    features: await pairedFeatureDistance({ ...restored, network, rng: rng.fork("features") }),
    ...(network.activations && {
      perceptual: await perceptualDistance({ ...restored, network, rng: rng.fork("perceptual") }),
    }),
  });
}

/** A mask of images `[n, h, w, c]` of which no pixel is known: zeros `[n, h, w, 1]`. */
export const nothingKnown = ({ shape }: NdArray): NdArray => zeros([...shape.slice(0, 3), 1]);
