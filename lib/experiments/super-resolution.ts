import type { NdArray } from "../array";
import { averagePool, type Corruption, type ResizeOptions } from "../couplings/corruptions";
import type { Pairs } from "../couplings/coupling";
import type { Field } from "../fields/field";
import type { Interpolant } from "../interpolants";
import {
  consistency,
  type FeatureNetwork,
  featureError,
  type ImageScores,
  imageDistances,
  psnr,
  ssim,
  transportLadder,
} from "../metrics";
import type { Rng } from "../random";
import type { OdeOptions, Solution } from "../samplers";

export interface RestoredOptions {
  /** By how much the resolution was reduced. */
  readonly factor: number;
  /** D, with which it was. Default `averagePool`. */
  readonly down?: (options: ResizeOptions) => Corruption;
  readonly network: FeatureNetwork;
  /**
   * Real images to compare with, none of them among the targets: a sample shares its low resolution with the
   * image that it came from, and would look too good in comparison.
   */
  readonly reference: NdArray;
  /** Training images, for the train-against-test floor. */
  readonly train: NdArray;
  /** Decides which images are compared where one side has more. */
  readonly rng: Rng;
}

/** How good images of restored resolution are. */
export interface RestoredResult {
  /** Peak signal-to-noise ratio in decibels, structural similarity, distance in the network's features. */
  readonly psnr: ImageScores;
  readonly ssim: ImageScores;
  readonly featureError: ImageScores;
  /** Mean squared error of the images shrunk again against the low resolution that was given. */
  readonly consistency: ImageScores;
  /** Kernel and Fréchet distance from the reference. */
  readonly kernel: number;
  readonly kernelError: number;
  readonly frechet: number;
  /** The same distances of the true images: what perfect super-resolution gets. */
  readonly kernelOfTruth: number;
  readonly frechetOfTruth: number;
  /** The same distances of as many training images: the train-against-test floor, and its spread. */
  readonly kernelFloor: number;
  readonly kernelFloorSpread: number;
  readonly frechetFloor: number;
  readonly frechetFloorSpread: number;
}

/**
 * Measures images of restored resolution, however they were made: see `bicubic` for the usual baseline. Each
 * score of single images keeps its `values`, so that two methods can be compared on the same images.
 *
 * PSNR and SSIM compare with the one true image, and favour a blurred mean; kernel and Fréchet distance look
 * at the set of images, and consistency at whether they say what was given.
 *
 * @example
 * const digits = await mnist({ limit: { train: 32, test: 48 } });
 * const truth = take(digits.test, 16).x;
 * const result = await measureRestored({
 *   x: bicubic(averagePool({ factor: 4 })(truth), { factor: 4 }),
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
  const { x, truth, factor, down = averagePool, network, reference, train, rng } = options;
  const degrade = down({ factor });
  const distances = (generated: NdArray, draws: number) =>
    imageDistances({ network, generated, reference, train, rng, draws });
  const [kernel, frechet] = await distances(x, 5);
  const [kernelOfTruth, frechetOfTruth] = await distances(truth, 0);
  return Object.freeze({
    psnr: psnr({ x, truth }),
    ssim: ssim({ x, truth }),
    featureError: await featureError(network, { x, truth }),
    consistency: consistency({ x, given: degrade(truth), degrade }),
    kernel: kernel.value,
    kernelError: kernel.standardError ?? Number.NaN,
    frechet: frechet.value,
    kernelOfTruth: kernelOfTruth.value,
    frechetOfTruth: frechetOfTruth.value,
    kernelFloor: kernel.floor ?? Number.NaN,
    kernelFloorSpread: kernel.floorSpread ?? Number.NaN,
    frechetFloor: frechet.floor ?? Number.NaN,
    frechetFloorSpread: frechet.floorSpread ?? Number.NaN,
  });
}

export interface SuperResolutionRunOptions extends RestoredOptions, OdeOptions {
  readonly b: Field;
  /** Draws of the coupling for images that the model has not seen. */
  readonly pairs: Pairs;
  readonly interpolant: Interpolant;
}

/** The results of a super-resolution model on unseen images. */
export interface SuperResolutionResult extends RestoredResult {
  readonly solution: Solution;
  readonly cost: number;
  readonly action: number;
  readonly bound: number;
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
  const { b, pairs, interpolant, factor, down, network, reference, train, rng, ...solve } = options;
  const { cost, action, bound, solution } = await transportLadder({ b, pairs, interpolant, ...solve });
  const compared = { factor, down, network, reference, train, rng };
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
