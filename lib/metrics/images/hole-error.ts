import { assertShape, type NdArray, sampleSize } from "../../array";
import { maskOn } from "../../conditions/mask";
import { expected } from "../../errors";
import { type Estimate, estimateMean } from "../../statistics";
import { assertFinitePixels } from "./image-pairs";

/** What {@link holeError} says. */
export interface HoleError {
  /** Mean squared error per value in the hole, averaged over the images that have one. */
  readonly mse: Estimate;
  /**
   * 10 log₁₀(peak² / mse) in decibels, with a peak of 2 for values from −1 to 1; infinite for a perfect
   * result.
   */
  readonly psnr: number;
  /** The mean squared error in the hole of each image that has one. */
  readonly values: Float64Array;
}

/**
 * The error of in-painted images inside the hole, where `keep` is 0. It compares with the one original image,
 * so a blurred mean scores better than a sharp and plausible sample: read it together with a distance between
 * distributions.
 *
 * @example
 * const keep = tiles({ grid: 4 }).draw({ n: 32, h: 8, w: 8 }, rng(0));
 * const restored = gaussianBlur({ width: 1 })(images.x);
 * const { mse, psnr } = holeError({ x: restored, truth: images.x, keep });
 * @throws when shapes differ, a pixel isn't finite, or no image has a hole.
 */
export function holeError({
  x,
  truth,
  keep,
}: {
  readonly x: NdArray;
  readonly truth: NdArray;
  readonly keep: NdArray;
}): HoleError {
  assertShape(truth, x.shape, "the truth, like x,");
  assertFinitePixels({ x, truth });
  const { known } = maskOn(keep, x);
  const size = sampleSize(x);
  const errors: number[] = [];
  for (let i = 0; i < x.shape[0]; i++) {
    let sum = 0;
    let count = 0;
    for (let e = i * size; e < (i + 1) * size; e++) {
      if (known[e] === 1) continue;
      sum += (x.data[e] - truth.data[e]) ** 2;
      count++;
    }
    if (count > 0) errors.push(sum / count);
  }
  if (errors.length === 0) throw expected("an image with a hole", "masks that keep every pixel");
  const mse = estimateMean(errors);
  return Object.freeze({ mse, psnr: 10 * Math.log10(4 / mse.value), values: Float64Array.from(errors) });
}
