import type { NdArray } from "../array";
import { type FeatureNetwork, imageDistances } from "../metrics";
import type { Rng } from "../random";

/** What generated images are compared with. */
export interface ComparedImages {
  /** The network whose features images are compared in. */
  readonly network: FeatureNetwork;
  /**
   * Real images to compare with, none of them among the targets: a sample shares what it was given with the
   * image that it came from, and would look too good in comparison.
   */
  readonly reference: NdArray;
  /** Training images, for the train-against-test floor. */
  readonly train: NdArray;
  /** Decides which images are compared where one side has more. */
  readonly rng: Rng;
}

/** Distances from real images, beside what perfect images and training images get. */
export interface ComparedDistances {
  /** Kernel distance (KID) from the reference; lower is better. Being unbiased, it may be negative. */
  readonly kernel: number;
  /** Standard error of `kernel`. */
  readonly kernelError: number;
  /** Fréchet distance from the reference; lower is better. */
  readonly frechet: number;
  /** The kernel distance of the true images: what a perfect restoration gets. */
  readonly kernelOfTruth: number;
  /** The Fréchet distance of the true images. */
  readonly frechetOfTruth: number;
  /** Kernel distance between equally many training and reference images: the floor, a mean of 5 draws. */
  readonly kernelFloor: number;
  /**
   * Standard deviation of `kernelFloor` over its draws; NaN where neither side has more images than are
   * compared, so that there is only one draw.
   */
  readonly kernelFloorSpread: number;
  /** Fréchet distance between equally many training and reference images: the floor, a mean of 5 draws. */
  readonly frechetFloor: number;
  /** Standard deviation of `frechetFloor` over its draws; NaN where `kernelFloorSpread` is. */
  readonly frechetFloorSpread: number;
}

/** The distances of restored images `x` and of the true ones from the reference, with their floors. */
export async function comparedDistances({
  x,
  truth,
  ...compared
}: ComparedImages & { readonly x: NdArray; readonly truth: NdArray }): Promise<ComparedDistances> {
  const [kernel, frechet] = await imageDistances({ ...compared, generated: x, draws: 5 });
  const [kernelOfTruth, frechetOfTruth] = await imageDistances({ ...compared, generated: truth, draws: 0 });
  return Object.freeze({
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
