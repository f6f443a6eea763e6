import { type JpegOptions, jpegLike } from "./corruptions";
import type { DirectCoupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

/**
 * Undoing JPEG-like quantisation: x0 is the quantised image plus σζ; ξ.image is the quantised image. See
 * `jpegLike`.
 *
 * @example
 * const coupling = dequantisation({ channels: 3, quality: 10, sigma: 0.1 });
 * coupling.draw(colourImages, rng(0)).xi.image; // the quantised images
 */
export function dequantisation({
  quality,
  ycbcr,
  ...rest
}: RestorationOptions & JpegOptions): DirectCoupling {
  return restoration({ name: "dequantisation", ...rest, corrupt: jpegLike({ quality, ycbcr }) });
}
