import { greyscale } from "./corruptions";
import type { DirectCoupling } from "./coupling";
import { type RestorationOptions, restoration } from "./restoration";

/**
 * Colourisation of images `[n, h, w, 3]`: x0 is the grey image in three equal channels plus σζ; ξ.image is
 * the grey image.
 *
 * @example colourisation({ sigma: 0.1 }).draw(colourImages, rng(0)).xi.image; // the grey images
 */
export function colourisation(options: Omit<RestorationOptions, "channels">): DirectCoupling {
  return restoration({ name: "colourisation", ...options, channels: 3, corrupt: greyscale() });
}
