import type { Rng } from "../../random";
import type { FeatureNetwork } from "../features/feature-network";
import { holeError } from "../images/hole-error";
import { type ClassifierTest, classifierTest } from "./classifier-test";
import { edgePatchDistance } from "./edge-patches";
import { pairedFeatureDistance } from "./feature-distance";
import { type FilledHoles, type HoleMeasure, type KernelHoleMeasure, meanWithInterval } from "./holes";
import { type OutlierPixels, outlierPixels } from "./outlier-pixels";
import { perceptualDistance } from "./perceptual-distance";

export interface HoleMeasuresOptions extends FilledHoles {
  readonly network: FeatureNetwork;
  /** Models that fill the same holes are compared best with equal generators. */
  readonly rng: Rng;
}

/** What can be seen of filled holes; each measure with its values by image, for `pairedComparison`. */
export interface HoleMeasures {
  /** Can texture give the filled images away? */
  readonly classifier: ClassifierTest;
  /** Do fillings go on from what is known? */
  readonly edges: KernelHoleMeasure;
  /** Are there specks? */
  readonly outliers: OutlierPixels;
  /** Do filled images have the features of true ones, as a set? */
  readonly features: KernelHoleMeasure;
  /** How far is each filling from the true one, in activations? Only where the network has them. */
  readonly perceptual?: HoleMeasure;
  /** How far is each filling from the true one, in pixels? */
  readonly error: HoleMeasure;
}

/**
 * All measures of filled holes. For 480 images of 32×32×3 they take about ten seconds on one core, most of it
 * for patches and texture.
 *
 * @throws when shapes differ, a pixel isn't finite, or fewer than ten images have a hole.
 */
export async function holeMeasures({ network, rng, ...filled }: HoleMeasuresOptions): Promise<HoleMeasures> {
  const { perImage } = holeError(filled);
  const error: HoleMeasure = Object.freeze({
    name: "mean squared error in the hole",
    better: "lower",
    ...meanWithInterval(perImage, rng.fork("error")),
    perImage,
  });
  return Object.freeze({
    classifier: classifierTest({ ...filled, rng: rng.fork("classifier") }),
    edges: edgePatchDistance({ ...filled, rng: rng.fork("edges") }),
    outliers: outlierPixels({ ...filled, rng: rng.fork("outliers") }),
    features: await pairedFeatureDistance({ ...filled, network, rng: rng.fork("features") }),
    ...(network.activations && {
      perceptual: await perceptualDistance({ ...filled, network, rng: rng.fork("perceptual") }),
    }),
    error,
  });
}
