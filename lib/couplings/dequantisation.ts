import { type JpegOptions, jpegLike } from "./corruptions/jpeg-like";
import type { DirectCoupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

/** Mending JPEG-like quantisation: x0 is the quantised image plus σζ, and ξ.image the quantised image. See `jpegLike`. */
export function dequantisation({
  quality,
  ycbcr,
  ...rest
}: RestorationOptions & JpegOptions): DirectCoupling {
  return restoration({ name: "dequantisation", ...rest, corrupt: jpegLike({ quality, ycbcr }) });
}
