import type { NdArray } from "../array";
import type { Rng } from "../random";
import { gaussianBlur, greyscale, type JpegOptions, jpegLike } from "./corruptions";
import type { DirectCoupling } from "./coupling";
import { type DataDependentOptions, dataDependent } from "./data-dependent";

/** The options that all couplings for image restoration share. */
export interface RestorationOptions extends Pick<DataDependentOptions, "sigma" | "classes"> {
  /** Channels of the images: 3 for colour, 1 for grey. */
  readonly channels: number;
}

/**
 * The coupling x0 = m(x1) + σζ for degraded images m(x1), on which the velocity is conditioned as ξ.image:
 * section 4.2's super-resolution for any degradation, random ones included.
 *
 * @example
 * const coupling = restoration({ channels: 1, sigma: 0.1, corrupt: gaussianBlur({ width: 1 }) });
 * coupling.draw(images, rng(0)).xi.image; // the blurred images; x0 has a little noise besides
 */
export function restoration({
  corrupt,
  channels,
  ...options
}: RestorationOptions & {
  readonly name?: string;
  /** m: images `[n, h, w, c]` to images of the same shape. Example: `gaussianBlur({ width: 2 })`. */
  readonly corrupt: (images: NdArray, rng: Rng) => NdArray;
}): DirectCoupling {
  return dataDependent({
    name: "restoration",
    ...options,
    mean: ({ x }, rng) => corrupt(x, rng),
    conditionOnMean: { channels },
  });
}

/**
 * Colourisation of images `[n, h, w, 3]`: x0 is the grey image in three equal channels plus σζ; ξ.image is
 * the grey image.
 *
 * @example colourisation({ sigma: 0.1 }).draw(colourImages, rng(0)).xi.image; // the grey images
 */
export function colourisation(options: Omit<RestorationOptions, "channels">): DirectCoupling {
  return restoration({ name: "colourisation", ...options, channels: 3, corrupt: greyscale() });
}

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
