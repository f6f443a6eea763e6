import { greyscale } from "./corruptions/greyscale";
import type { DirectCoupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

/** Colourisation of images `[n, h, w, 3]`: x0 is the grey image in three equal channels plus σζ, and ξ.image the grey image. */
export function colourisation(options: Omit<RestorationOptions, "channels">): DirectCoupling {
  return restoration({ name: "colourisation", ...options, channels: 3, corrupt: greyscale() });
}
