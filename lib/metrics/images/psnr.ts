import { sampleSize } from "../../array";
import type { Scores } from "../scores";
import { assertImagePairs, type ImagePairs, meanOverImages } from "./image-pairs";

/**
 * The peak signal-to-noise ratio 10 log₁₀(2² / mse) in decibels, averaged over the images; 2 is the range of
 * values from −1 to 1. Infinite when an image is perfect. `holeError` gives the PSNR of the hole alone, from
 * the mean error.
 *
 * @example psnr({ x: gaussianBlur({ width: 1 })(images.x), truth: images.x }).value; // in decibels
 * @throws when shapes differ, there is no image, or a pixel isn't finite.
 */
export function psnr(pairs: ImagePairs): Scores {
  assertImagePairs(pairs);
  const { x, truth } = pairs;
  const size = sampleSize(x);
  const errors = new Float64Array(x.shape[0]);
  for (let e = 0; e < x.data.length; e++) {
    errors[Math.floor(e / size)] += (x.data[e] - truth.data[e]) ** 2 / size;
  }
  return meanOverImages(errors.map((mse) => 10 * Math.log10(4 / mse)));
}
