import { gaussianBlur } from "./corruptions/gaussian-blur";
import type { DirectCoupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

/** Deblurring: x0 is the image blurred by a Gaussian of standard deviation `width` pixels, plus σζ; ξ.image the blurred one. */
export function deblurring({
  width,
  ...rest
}: RestorationOptions & { readonly width: number }): DirectCoupling {
  return restoration({ name: "deblurring", ...rest, corrupt: gaussianBlur({ width }) });
}
