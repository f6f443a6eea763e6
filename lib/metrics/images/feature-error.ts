import type { FeatureNetwork } from "../features/feature-network";
import type { Scores } from "../scores";
import { assertImagePairs, type ImagePairs, meanOverImages } from "./image-pairs";

/**
 * A perceptual error: the Euclidean distance between the features of images and of the truth, averaged over
 * the images. It compares what the network sees rather than single pixels. Its values hold for that network
 * only; it is not LPIPS, whose layers are weighted by human judgements.
 *
 * @example
 * const truth = (await mnist({ limit: { train: 1, test: 4 } })).test.x;
 * const x = gaussianBlur({ width: 1 })(truth); // in place of restored images
 * (await featureError(await featureNetwork("mnist"), { x, truth })).value;
 * @throws when shapes differ, there is no image, or a pixel isn't finite.
 */
export async function featureError(
  network: Pick<FeatureNetwork, "features">,
  pairs: ImagePairs,
): Promise<Scores> {
  assertImagePairs(pairs);
  const [x, truth] = [await network.features(pairs.x), await network.features(pairs.truth)];
  const [n, d] = x.shape;
  const squares = new Float64Array(n);
  for (let e = 0; e < x.data.length; e++) squares[Math.floor(e / d)] += (x.data[e] - truth.data[e]) ** 2;
  return meanOverImages(squares.map(Math.sqrt));
}
