import { type NdArray, sampleSize } from "../../array";
import { expected } from "../../errors";
import type { Scores } from "../scores";
import { assertImagePairs, meanOverImages } from "./image-pairs";

/** How much samples of the same condition differ. */
export interface SampleSpread {
  /** The mean squared difference between two samples of an image, per value. */
  readonly between: Scores;
  /** The mean squared error of a sample against the true image, per value. */
  readonly error: Scores;
  /**
   * `between` over `error`: 1 for draws from the true law, 0 where the model knows one answer only, NaN where
   * that answer is the truth.
   */
  readonly ratio: number;
}

/**
 * Whether a model draws as many answers to a condition, such as a low resolution, as there are. Given the
 * condition, the true image is one draw from the law that the model should have learned. If it has, the true
 * image differs from a sample by as much as another sample does, and `ratio` is 1; below 1 the samples are
 * too much alike, as those of a regression are, whose ratio is 0.
 *
 * @example
 * const noisy = (seed: number) => {
 *   const noise = rng(seed).normals(images.x.shape);
 *   return ndarray(images.x.shape, images.x.data.map((value, e) => value + noise.data[e]));
 * };
 * sampleSpread({ samples: [noisy(1), noisy(2)], truth: noisy(3) }).ratio; // about 1
 * @param options.samples two or more arrays like `truth`, each with one sample of every image
 * @throws when there are fewer than two samples, shapes differ, or a pixel isn't finite.
 */
export function sampleSpread({
  samples,
  truth,
}: {
  readonly samples: readonly NdArray[];
  readonly truth: NdArray;
}): SampleSpread {
  if (samples.length < 2) throw expected("2 samples or more of each image", `${samples.length}`);
  for (const x of samples) assertImagePairs({ x, truth });
  const pairs = samples.flatMap((a, i) => samples.slice(0, i).map((b) => squaredDifference(a, b)));
  const between = meanOverImages(average(pairs));
  const error = meanOverImages(average(samples.map((x) => squaredDifference(x, truth))));
  return Object.freeze({ between, error, ratio: between.value / error.value });
}

/** The mean squared difference of two images, for each of them. */
function squaredDifference(a: NdArray, b: NdArray): Float64Array {
  const size = sampleSize(a);
  const out = new Float64Array(a.shape[0]);
  for (let e = 0; e < a.data.length; e++) out[Math.floor(e / size)] += (a.data[e] - b.data[e]) ** 2 / size;
  return out;
}

const average = (rows: readonly Float64Array[]): Float64Array =>
  rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
