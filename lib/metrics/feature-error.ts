import type { Estimate } from "./estimate";
import { estimateMean } from "./estimate";
import type { FeatureNetwork } from "./features/feature-network";
import { assertImagePairs, type ImagePairs } from "./image-pairs";

/**
 * A perceptual error: how far, in a network's features, images lie from what they should be; the mean Euclidean distance over
 * the images. It asks for what the network sees rather than for each pixel. Its numbers hold for that network only, and it is
 * not LPIPS, whose layers were weighed by people's judgements.
 * @throws when shapes differ or a pixel isn't finite.
 */
export async function featureError(
  network: Pick<FeatureNetwork, "features">,
  pairs: ImagePairs,
): Promise<Estimate> {
  assertImagePairs(pairs);
  const [x, truth] = [await network.features(pairs.x), await network.features(pairs.truth)];
  const [n, d] = x.shape;
  const squares = new Float64Array(n);
  for (let e = 0; e < x.data.length; e++) squares[Math.floor(e / d)] += (x.data[e] - truth.data[e]) ** 2;
  return estimateMean(squares.map(Math.sqrt));
}
