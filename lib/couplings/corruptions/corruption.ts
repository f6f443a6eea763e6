import type { NdArray } from "../../array";
import { expected } from "../../errors";

/**
 * A way of spoiling images `[n, h, w, c]`, each for itself and without chance: shrinking, enlarging, blurring, losing
 * colour. Values stay near [-1, 1]; filters with negative lobes can leave it a little.
 */
export type Corruption = (images: NdArray) => NdArray;

/** How many times smaller or larger in height and in width. */
export interface ResizeOptions {
  /** A whole number above 0. Shrinking needs sides that it divides. */
  readonly factor: number;
}

/** @throws unless the array is images `[n, h, w, c]`. */
export function assertImages(images: NdArray, what: string): void {
  if (images.shape.length === 4) return;
  throw expected(`images of shape [n, h, w, c] for ${what}`, `shape [${images.shape.join(", ")}]`);
}

/** @throws unless `factor` is a whole number above 0. */
export function assertFactor(factor: number): void {
  if (!(Number.isInteger(factor) && factor > 0))
    throw expected("a factor as a whole number above 0", `${factor}`);
}
