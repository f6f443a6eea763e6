import { assertShape, type NdArray, sampleSize } from "../../array";
import { expected } from "../../errors";
import { estimateMean } from "../../statistics";
import type { Scores } from "../scores";

/** Restored images and the true ones, `[n, h, w, c]` in [-1, 1]. */
export interface ImagePairs {
  /** The images to judge. */
  readonly x: NdArray;
  /** What they should be, of x's shape and in its order. */
  readonly truth: NdArray;
}

/** @throws unless both are finite images of the same shape, at least one. */
export function assertImagePairs({ x, truth }: ImagePairs): void {
  assertShape(x, [-1, -1, -1, -1], "images");
  assertShape(truth, x.shape, "the truth, like x,");
  if (x.data.length === 0) throw expected("one image or more", "none");
  assertFinitePixels({ x, truth });
}

/** @throws unless all pixels are finite; the names say whose. */
export function assertFinitePixels(images: Readonly<Record<string, NdArray>>): void {
  for (const [what, array] of Object.entries(images)) {
    const { data } = array;
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    throw expected(
      `finite pixels in ${what}`,
      `${data[bad]} in image ${Math.floor(bad / sampleSize(array))}`,
    );
  }
}

/** The mean over images, where some values may be infinite. */
export function meanOverImages(values: Float64Array): Scores {
  const infinite = { value: Number.POSITIVE_INFINITY, standardError: Number.POSITIVE_INFINITY };
  return Object.freeze({ ...(values.every(Number.isFinite) ? estimateMean(values) : infinite), values });
}
