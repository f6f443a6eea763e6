import { averagePool, type Corruption, nearestUp, type ResizeOptions } from "./corruptions";
import type { DirectCoupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

export interface SuperResolutionOptions extends RestorationOptions {
  /** By how much the resolution grows, in height and in width; it must divide the images' sides. */
  readonly factor: number;
  /**
   * D. Default `averagePool`; also `bicubicDown`, `lanczosDown`, or your own. The paper does not say which it
   * uses.
   */
  readonly down?: (options: ResizeOptions) => Corruption;
  /** U. Default `nearestUp`; also `bilinearUp`, `bicubicUp`, or your own. */
  readonly up?: (options: ResizeOptions) => Corruption;
}

/**
 * Super-resolution (section 4.2): x0 = U(D(x1)) + σζ and ξ.image = U(D(x1)). With σ = 0 the base would lie on
 * a lower-dimensional set; the paper adds "a small amount" of noise and gives no value.
 *
 * @example
 * const coupling = superResolution({ factor: 2, channels: 1, sigma: 0.1 });
 * const { x0, xi } = coupling.draw(images, rng(0)); // xi.image: shrunk to 4×4 and enlarged again to 8×8
 */
export function superResolution(options: SuperResolutionOptions): DirectCoupling {
  const { factor, down = averagePool, up = nearestUp, ...rest } = options;
  const [shrink, enlarge] = [down({ factor }), up({ factor })];
  return restoration({
    name: `super-resolution ×${factor}`,
    ...rest,
    corrupt: (images) => enlarge(shrink(images)),
  });
}
