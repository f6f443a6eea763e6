import { expected } from "../../errors";
import type { Scores } from "../scores";
import { assertImagePairs, type ImagePairs, meanOverImages } from "./image-pairs";

const WINDOW = 11;
const RANGE = 2;
const C1 = (0.01 * RANGE) ** 2;
const C2 = (0.03 * RANGE) ** 2;

/**
 * The structural similarity between images and the truth (Wang et al., 2004): 1 for equal images. With a
 * Gaussian window of 11 × 11 pixels and σ = 1.5, K₁ = 0.01, K₂ = 0.03, and a range of 2 for values from −1 to
 * 1. It is averaged over all positions where the window lies inside the image, over channels (each on its
 * own) and over images.
 *
 * @example
 * const truth = nearestUp({ factor: 2 })(images.x);
 * ssim({ x: gaussianBlur({ width: 1 })(truth), truth }); // { value, standardError }
 * @throws when shapes differ, an image is smaller than the window, or a pixel isn't finite.
 */
export function ssim(pairs: ImagePairs): Scores {
  assertImagePairs(pairs);
  const { x, truth } = pairs;
  const [n, height, width, channels] = x.shape;
  if (Math.min(height, width) < WINDOW) {
    throw expected(`images of at least ${WINDOW} × ${WINDOW} pixels`, `${height} × ${width}`);
  }
  const pixels = height * width;
  const similarities = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < channels; c++) {
      const plane = (data: ArrayLike<number>) =>
        Float64Array.from({ length: pixels }, (_, p) => data[(i * pixels + p) * channels + c]);
      similarities[i] += similarity(plane(x.data), plane(truth.data), width) / channels;
    }
  }
  return meanOverImages(similarities);
}

/** Mean similarity of two single-channel images. */
function similarity(a: Float64Array, b: Float64Array, width: number): number {
  const [meanA, meanB] = [blur(a, width), blur(b, width)];
  const moment = (p: Float64Array, q: Float64Array) =>
    blur(
      p.map((value, e) => value * q[e]),
      width,
    );
  const [aa, bb, ab] = [moment(a, a), moment(b, b), moment(a, b)];
  let total = 0;
  for (let e = 0; e < ab.length; e++) {
    const product = meanA[e] * meanB[e];
    const squares = meanA[e] ** 2 + meanB[e] ** 2;
    const [covariance, variances] = [ab[e] - product, aa[e] + bb[e] - squares];
    total += ((2 * product + C1) * (2 * covariance + C2)) / ((squares + C1) * (variances + C2));
  }
  return total / ab.length;
}

const WEIGHTS = gaussianWindow(1.5);

function gaussianWindow(sigma: number): Float64Array {
  const weights = Float64Array.from({ length: WINDOW }, (_, k) =>
    Math.exp(-((k - 5) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Weighted means under the window at all positions inside: first along rows, then along columns. */
function blur(plane: Float64Array, width: number): Float64Array {
  const height = plane.length / width;
  const [across, down] = [width - WINDOW + 1, height - WINDOW + 1];
  const rows = new Float64Array(height * across);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += WEIGHTS[k] * plane[y * width + x + k];
      rows[y * across + x] = sum;
    }
  }
  const out = new Float64Array(down * across);
  for (let e = 0; e < out.length; e++) {
    for (let k = 0; k < WINDOW; k++) out[e] += WEIGHTS[k] * rows[e + k * across];
  }
  return out;
}
