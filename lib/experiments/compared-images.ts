import type { NdArray } from "../array";
import { type FeatureNetwork, imageDistances } from "../metrics";
import type { Rng } from "../random";

/** What generated images are compared with. */
export interface ComparedImages {
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
  /** Kernel and Fréchet distance from the reference. */
  readonly kernel: number;
  readonly kernelError: number;
  readonly frechet: number;
  /** The same distances of the true images: what a perfect restoration gets. */
  readonly kernelOfTruth: number;
  readonly frechetOfTruth: number;
  /** The same distances of as many training images: the train-against-test floor, and its spread. */
  readonly kernelFloor: number;
  readonly kernelFloorSpread: number;
  readonly frechetFloor: number;
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
