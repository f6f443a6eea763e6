import type { NdArray } from "../../array";
import { nearestUp } from "../../couplings/corruptions";
import { expected } from "../../errors";
import type { FeatureNetwork } from "./feature-network";

/**
 * A feature network for images that are `factor` times smaller than it takes: each pixel is repeated first.
 * It was trained on sharper images, so its accuracies don't hold here: measure what true images of this size
 * get.
 *
 * @example
 * const network = enlargedFor(await featureNetwork("emoji"), { factor: 2 }); // for 16×16
 * network.imageShape; // [16, 16, 3]
 * @throws when the network's height or width isn't divisible by the factor.
 */
export function enlargedFor(
  network: FeatureNetwork,
  { factor }: { readonly factor: number },
): FeatureNetwork {
  const [height, width, channels] = network.imageShape;
  if (!(Number.isInteger(factor) && factor >= 1) || height % factor !== 0 || width % factor !== 0) {
    throw expected(`a factor that divides ${height} × ${width}`, `${factor}`);
  }
  const enlarge = nearestUp({ factor });
  const { activations } = network;
  return Object.freeze({
    ...network,
    name: `${network.name}, enlarged ${factor} times`,
    imageShape: Object.freeze([height / factor, width / factor, channels] as const),
    features: (images: NdArray) => network.features(enlarge(images)),
    classify: (images: NdArray, head?: string) => network.classify(enlarge(images), head),
    ...(activations && { activations: (images: NdArray) => activations(enlarge(images)) }),
  });
}
