import { gaussianBlur } from "./corruptions";
import type { DirectCoupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

/**
 * Deblurring: x0 is the image blurred by a Gaussian of standard deviation `width` pixels, plus σζ; ξ.image is
 * the blurred image.
 *
 * @example
 * deblurring({ channels: 1, width: 2, sigma: 0.1 }).draw(images, rng(0)).xi.image; // the blurred images
 */
export function deblurring({
  width,
  ...rest
}: RestorationOptions & { readonly width: number }): DirectCoupling {
  return restoration({ name: "deblurring", ...rest, corrupt: gaussianBlur({ width }) });
}
