import type { DirectCoupling } from "./coupling";
import { fromOwnNoise } from "./from-own-noise";
import { type SuperResolutionOptions, superResolution } from "./super-resolution";

/**
 * The baseline of section 4.2 without a coupling: x0 ~ N(0, I), independent of x1, while the velocity still
 * sees ξ.image = U(D(x1)), as the usual conditional diffusion models do (Saharia et al., 2021, SR3). From the
 * same generator it draws the same ζ as `superResolution`. The paper does not measure it.
 *
 * @example
 * const coupling = uncoupledSuperResolution({ factor: 2, channels: 1 });
 * const { x0, xi } = coupling.draw(images, rng(0)); // x0: noise; xi.image: shrunk and enlarged again
 */
export function uncoupledSuperResolution(options: Omit<SuperResolutionOptions, "sigma">): DirectCoupling {
  return fromOwnNoise(superResolution({ ...options, sigma: 1 }));
}
