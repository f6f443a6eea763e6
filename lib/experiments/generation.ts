import { type NdArray, takeRows } from "../array";
import { atBase, type Start } from "../couplings/coupling";
import { assertSamples, rowsOf, type Samples } from "../data/samples";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import {
  type Agreement,
  conditionAgreement,
  diversity,
  type FeatureNetwork,
  imageDistances,
  kernelDistance,
} from "../metrics";
import { rowsByClass } from "../metrics/agreement/diversity";
import type { Rng } from "../random";
import { type OdeOptions, type Solution, solveOde } from "../samplers";
import { arrived } from "../samplers/arrived";

/** Options of {@link measureGeneration}. */
export interface GenerationOptions extends OdeOptions {
  /** The velocity to draw samples with. */
  readonly b: Field;
  /** Where sampling starts: draws of the base with their conditions, one per sample. */
  readonly start: Start;
  /** The class asked for, one per sample, whether or not the velocity is conditioned on it. */
  readonly labels: Int32Array;
  /** Classifies the samples and provides the features for the distances. */
  readonly network: FeatureNetwork;
  /** The network's head whose classes `labels` are. Default its first. */
  readonly head?: string;
  /** Real images that the model has not seen, with labels. */
  readonly reference: Samples;
  /** Training images, for the train-against-test floor. */
  readonly train: Samples;
  /** Decides which images are compared where one side has more. */
  readonly rng: Rng;
}

/** The samples of a class-conditional model, and how good they are. */
export interface GenerationResult {
  /** The flow that drew the samples. */
  readonly solution: Solution;
  /** The samples, `[n, h, w, c]`. */
  readonly images: NdArray;
  /** How often the network sees the class that was asked for. */
  readonly agreement: Agreement;
  /** Mean feature distance between two samples of the same class, averaged over classes. */
  readonly diversity: number;
  /** The same for reference images, at most twice as many as there are samples. */
  readonly diversityOfReal: number;
  /** Kernel distance (KID) of all samples from the reference; lower is better. */
  readonly kernel: number;
  /** Standard error of `kernel`. */
  readonly kernelError: number;
  /** Kernel distance between equally many training and reference images: the floor, a mean of 5 draws. */
  readonly kernelFloor: number;
  /**
   * Standard deviation of `kernelFloor` over its draws; NaN where neither side has more images than are
   * compared, so that there is only one draw.
   */
  readonly kernelFloorSpread: number;
  /** Fréchet distance of all samples from the reference; lower is better. */
  readonly frechet: number;
  /** Fréchet distance between equally many training and reference images: the floor, a mean of 5 draws. */
  readonly frechetFloor: number;
  /** Standard deviation of `frechetFloor` over its draws; NaN where `kernelFloorSpread` is. */
  readonly frechetFloorSpread: number;
  /** Kernel distance by class number; null where either side has fewer than three images. */
  readonly kernelPerClass: readonly (number | null)[];
  /** The same for training images. */
  readonly kernelFloorPerClass: readonly (number | null)[];
  /** Evaluations of the velocity per sample. */
  readonly nfe: number;
}

/**
 * Draws samples of the classes asked for and measures agreement, diversity and distance from real images.
 * @throws as `solveOde`, where an adaptive method gives up before the end, or labels are of another number.
 */
export async function measureGeneration(options: GenerationOptions): Promise<GenerationResult> {
  const { b, start, labels, network, head, reference, train, rng, ...solve } = options;
  if (!reference.labels || !train.labels) throw expected("labelled reference and training images", "none");
  const asked = start.x0.shape[0];
  if (labels.length !== asked) {
    throw expected(`${asked} labels asked for, one per sample of the start`, `${labels.length}`);
  }
  for (const samples of [reference, train]) assertSamples(samples);
  const solution = await solveOde(b, atBase(start), solve);
  const images = arrived(solution, undefined, { to: solve.to }).x;
  const n = images.shape[0];
  const chosen = (samples: Samples, key: string) => {
    const count = Math.min(2 * n, samples.x.shape[0]);
    const rows = rng.fork(key).permutation(samples.x.shape[0]).subarray(0, count);
    const { x, labels } = rowsOf(samples, rows);
    return { x, labels: labels as Int32Array };
  };
  const real = chosen(reference, "reference");
  const seen = chosen(train, "train");
  const [made, realFeatures, seenFeatures] = [
    await network.features(images),
    await network.features(real.x),
    await network.features(seen.x),
  ];
  const [kernel, frechet] = await imageDistances({
    network,
    generated: images,
    reference: real.x,
    train: seen.x,
    rng,
  });
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const perClass = (features: NdArray, of: Int32Array) => {
    const ours = rowsByClass(of, classes);
    const theirs = rowsByClass(real.labels, classes);
    return Array.from({ length: classes }, (_, k) => {
      const size = Math.min(ours[k].length, theirs[k].length);
      return size < 3
        ? null
        : kernelDistance(
            takeRows(features, ours[k].slice(0, size)),
            takeRows(realFeatures, theirs[k].slice(0, size)),
          ).value;
    });
  };
  return Object.freeze({
    solution,
    images,
    agreement: await conditionAgreement(network, images, labels, head),
    diversity: diversity(made, labels).diversity,
    diversityOfReal: diversity(realFeatures, real.labels).diversity,
    kernel: kernel.value,
    kernelError: kernel.standardError ?? Number.NaN,
    kernelFloor: kernel.floor ?? Number.NaN,
    kernelFloorSpread: kernel.floorSpread ?? Number.NaN,
    frechet: frechet.value,
    frechetFloor: frechet.floor ?? Number.NaN,
    frechetFloorSpread: frechet.floorSpread ?? Number.NaN,
    kernelPerClass: Object.freeze(perClass(made, labels)),
    kernelFloorPerClass: Object.freeze(perClass(seenFeatures, seen.labels)),
    nfe: solution.nfe,
  });
}
