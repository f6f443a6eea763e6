import type { NdArray } from "../../array";
import { type AxisFilter, filterAxis } from "../../data/resample";
import { expected } from "../../errors";

/**
 * A deterministic degradation of images `[n, h, w, c]`, each on its own: shrinking, enlarging, blurring,
 * removing colour. Values stay near [-1, 1]; filters with negative lobes can overshoot slightly.
 */
export type Corruption = (images: NdArray) => NdArray;

/** Applies the same filter along the columns and along the rows of each channel. */
export function separable(name: string, filter: AxisFilter): Corruption {
  return (images) => {
    assertImages(images, name);
    return filterAxis(filterAxis(images, 1, filter(images.shape[1])), 2, filter(images.shape[2]));
  };
}

/** @throws unless the array is images `[n, h, w, c]`. */
export function assertImages(images: NdArray, what: string): void {
  if (images.shape.length === 4) return;
  throw expected(`images of shape [n, h, w, c] for ${what}`, `shape [${images.shape.join(", ")}]`);
}
