import type { NdArray } from "../array";
import { averagePool, type Corruption, type ResizeOptions } from "../couplings/corruptions";
import type { Pairs } from "../couplings/coupling";
import type { Field } from "../fields/field";
import type { Interpolant } from "../interpolants";
import {
  consistency,
  featureError,
  type ImageMeasures,
  imageMeasures,
  psnr,
  type Scores,
  ssim,
  transportLadder,
} from "../metrics";
import type { OdeOptions, Solution } from "../samplers";
import { type ComparedDistances, type ComparedImages, comparedDistances } from "./compared-images";

/** Options of {@link measureRestored}. */
export interface RestoredOptions extends ComparedImages {
  /** By how much the resolution was reduced. */
  readonly factor: number;
  /** D, with which it was. Default `averagePool`. */
  readonly down?: (options: ResizeOptions) => Corruption;
  /**
   * Whether to look at the images as people do, too, by `imageMeasures`, which takes about ten seconds for
   * 480 images. Default false.
   */
  readonly seen?: boolean;
}

/** How good images of restored resolution are. */
export interface RestoredResult extends ComparedDistances {
  /** Peak signal-to-noise ratio in decibels; higher is better. */
  readonly psnr: Scores;
  /** Structural similarity, at most 1; higher is better. */
  readonly ssim: Scores;
  /** Distance from the truth in the network's features; lower is better. */
  readonly featureError: Scores;
  /** Mean squared error of the images shrunk again against the low resolution that was given. */
  readonly consistency: Scores;
  /** What can be seen of the images, with values by image; where `seen` asked for it. */
  readonly seen?: ImageMeasures;
}

/**
 * Measures images of restored resolution, however they were made: `bicubicUp` makes the usual baseline. Each
 * score of single images keeps its `values`, so that two methods can be compared on the same images.
 *
 * PSNR and SSIM compare with the one true image, and favour a blurred mean; kernel and Fréchet distance look
 * at the set of images, and consistency at whether they say what was given.
 *
 * @example
 * const digits = await mnist({ limit: { train: 32, test: 48 } });
 * const truth = take(digits.test, 16).x;
 * const result = await measureRestored({
 *   x: bicubicUp({ factor: 4 })(averagePool({ factor: 4 })(truth)),
 *   truth,
 *   factor: 4,
 *   network: await featureNetwork("mnist"),
 *   reference: sliceRows(digits.test.x, 16, 48),
 *   train: digits.train.x,
 *   rng: rng(0),
 * });
 * [result.psnr.value, result.kernel, result.consistency.value];
 */
export async function measureRestored(
  options: RestoredOptions & { readonly x: NdArray; readonly truth: NdArray },
): Promise<RestoredResult> {
  const { x, truth, factor, down = averagePool, seen = false, ...compared } = options;
  const { network, rng } = compared;
  const degrade = down({ factor });
  const distances = await comparedDistances({ ...compared, x, truth });
  return Object.freeze({
    psnr: psnr({ x, truth }),
    ssim: ssim({ x, truth }),
    featureError: await featureError(network, { x, truth }),
    consistency: consistency({ x, given: degrade(truth), degrade }),
    ...distances,
    ...(seen && { seen: await imageMeasures({ x, truth, network, rng: rng.fork("seen") }) }),
  });
}

/** Options of {@link measureSuperResolution}. */
export interface SuperResolutionRunOptions extends RestoredOptions, Omit<OdeOptions, "from" | "to"> {
  /** The velocity that restores the images. */
  readonly b: Field;
  /** Draws of the coupling for images that the model has not seen. */
  readonly pairs: Pairs;
  /** The interpolant of the bound. */
  readonly interpolant: Interpolant;
}

/** The results of a super-resolution model on unseen images. */
export interface SuperResolutionResult extends RestoredResult {
  /** The flow; its `x` are the restored images. */
  readonly solution: Solution;
  /** E|X₁ − x0|², the mean squared distance from start to end. */
  readonly cost: number;
  /** ∫E|b_t(X_t)|² dt along the flow: at least the cost. */
  readonly action: number;
  /** ∫E|İ_t|² dt of the coupling: at least the action if b is its exact velocity. */
  readonly bound: number;
  /** Evaluations of the velocity per sample. */
  readonly nfe: number;
}

/**
 * Restores the resolution of the targets of `pairs` (section 4.2, Table 3) and measures the result, with the
 * transport ladder. The same for the coupled model, the uncoupled one (`uncoupledSuperResolution`) and
 * `regression`.
 *
 * @example
 * const digits = await mnist({ limit: { train: 32, test: 48 } });
 * const coupling = superResolution({ factor: 4, channels: 1, sigma: 0.2 });
 * const result = await measureSuperResolution({
 *   b: ({ x }) => x, // in place of a trained velocity
 *   pairs: coupling.draw(take(digits.test, 16), rng(1)),
 *   interpolant: linear(),
 *   factor: 4,
 *   network: await featureNetwork("mnist"),
 *   reference: sliceRows(digits.test.x, 16, 48),
 *   train: digits.train.x,
 *   rng: rng(2),
 *   method: midpoint({ steps: 5 }),
 * });
 * result.psnr.values; // of each image, for permutationTest or bootstrap
 */
export async function measureSuperResolution(
  options: SuperResolutionRunOptions,
): Promise<SuperResolutionResult> {
  const { b, pairs, interpolant, factor, down, network, reference, train, rng, seen, ...solve } = options;
  const { cost, action, bound, solution } = await transportLadder({ b, pairs, interpolant, ...solve });
  const compared = { factor, down, network, reference, train, rng, seen };
  const restored = await measureRestored({ ...compared, x: solution.x, truth: pairs.x1 });
  return Object.freeze({
    ...restored,
    solution,
    cost: cost.value,
    action: action.value,
    bound: bound.value,
    nfe: solution.nfe,
  });
}
