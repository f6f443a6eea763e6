import { assertKnown } from "../../errors";
import { assertRng, type Rng } from "../../random";
import type { FeatureNetwork } from "../features/feature-network";
import { holeError } from "../images/hole-error";
import { edgePatchDistance } from "./edge-patches";
import { type FilledHoles, type HoleMeasure, type KernelHoleMeasure, meanWithInterval } from "./holes";
import { type ImageMeasures, seenIn } from "./image-measures";

export interface HoleMeasuresOptions extends FilledHoles {
  /** Whose features are compared; its name stands in the results. */
  readonly network: FeatureNetwork;
  /** Models that fill the same holes are compared best with equal generators. */
  readonly rng: Rng;
}

/** What can be seen of filled holes; each measure with its values by image, for `pairedComparison`. */
export interface HoleMeasures extends ImageMeasures {
  /** Do fillings go on from what is known? */
  readonly edges: KernelHoleMeasure;
  /** How far is each filling from the true one, in pixels? */
  readonly error: HoleMeasure;
}

/**
 * All measures of filled holes. For 480 images of 32×32×3 they take about ten seconds on one core, most of it
 * for patches and texture.
 *
 * @throws when shapes differ, a pixel isn't finite, or fewer than ten images have a hole.
 */
export async function holeMeasures(options: HoleMeasuresOptions): Promise<HoleMeasures> {
  assertKnown(options, { network: true }, "holeMeasures", { likely: true });
  const { network, rng, ...filled } = options;
  assertRng(rng);
  const { values } = holeError(filled);
  const error: HoleMeasure = Object.freeze({
    name: "mean squared error in the hole",
    better: "lower",
    ...meanWithInterval(values, rng.fork("error")),
    values,
  });
  return Object.freeze({
    ...(await seenIn(filled, { network, rng })),
    edges: edgePatchDistance({ ...filled, rng: rng.fork("edges") }),
    error,
  });
}
