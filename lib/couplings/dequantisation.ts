import { type JpegOptions, jpegLike } from "./corruptions/jpeg-like";
import type { Coupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

/** Mending JPEG-like quantisation: x0 is the quantised image plus σζ, and ξ.image the quantised image. See `jpegLike`. */
export function dequantisation({ quality, ycbcr, ...rest }: RestorationOptions & JpegOptions): Coupling {
  return restoration({ name: "dequantisation", ...rest, corrupt: jpegLike({ quality, ycbcr }) });
}
