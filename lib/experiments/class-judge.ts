import { type NdArray, takeRows } from "../array";
import { assertSamples, type Samples } from "../data/samples";
import { expected } from "../errors";
import { diversity, type FeatureNetwork, type KernelOfRows, kernelDistance, kernelOfRows } from "../metrics";
import { rowsByClass } from "../metrics/agreement/diversity";
import type { Rng } from "../random";
import { bootstrapComparison, type Comparison, pairedComparison } from "../statistics";
import { meanOf } from "../statistics/mean";

/** What a network says of images that were asked to be of certain classes. */
export interface JudgedClasses {
  /** 1 for each image in which the network sees the class asked for, 0 for the others. */
  readonly right: Float64Array;
  /** Their mean. */
  readonly agreement: number;
  /** By class; null for one that wasn't asked for. */
  readonly agreementPerClass: readonly (number | null)[];
  /** Mean feature distance of two images of a class, over that of real images. */
  readonly diversityShare: number;
  /** The kernel distance from real images of all classes, also of some rows of both. */
  readonly kernel: KernelOfRows;
  /** The kernel distance from real images of the class, by class; null where there are fewer than three. */
  readonly kernelPerClass: readonly (number | null)[];
}

/** Judges images by the classes that were asked for. */
export interface ClassJudge {
  /** Classifies the images and provides the features for the distances. */
  readonly network: FeatureNetwork;
  /** Names of the classes by label: those of the network's first head. */
  readonly classes: readonly string[];
  /** The number of real images that images are compared with. */
  readonly real: number;
  /** Judges images `[n, h, w, c]` by the classes that were asked for, one each. */
  judge(images: NdArray, labels: Int32Array): Promise<JudgedClasses>;
}

/**
 * A judge of class-conditional images: agreement with the classes asked for, diversity, and kernel distances
 * from real images overall and by class. The real images' features are computed once, for many models or many
 * stages of one.
 *
 * @example
 * const { test } = await mnist({ limit: { train: 10, test: 500 } });
 * const { judge } = await classJudge({ network: await featureNetwork("mnist"), real: test });
 * const { agreement } = await judge(test.x, test.labels!); // of real images: the network's own accuracy
 * @param options.real images that no model has seen, with labels
 * @throws when the real images have no labels, or the numbers of images and labels differ.
 */
export async function classJudge({
  network,
  real,
}: {
  readonly network: FeatureNetwork;
  readonly real: Samples;
}): Promise<ClassJudge> {
  assertSamples(real);
  const { labels: known } = real;
  if (!known) throw expected("labelled real images", "none");
  const [head, classes] = Object.entries(network.heads)[0] ?? [];
  if (!classes) throw expected("a network that classifies images", `${network.name}, which has no heads`);
  const features = await network.features(real.x);
  const realDiversity = diversity(features, known).diversity;
  const realRows = rowsByClass(known, classes.length);
  return Object.freeze({
    network,
    classes,
    real: known.length,
    async judge(images: NdArray, labels: Int32Array) {
      if (labels.length !== images.shape[0]) {
        throw expected(`${images.shape[0]} labels, one per image`, `${labels.length}`);
      }
      const made = await network.features(images);
      const seen = await network.classify(images, head);
      const right = Float64Array.from(labels, (label, i) => (seen[i] === label ? 1 : 0));
      const rows = rowsByClass(labels, classes.length);
      return Object.freeze({
        right,
        agreement: meanOf(right),
        agreementPerClass: Object.freeze(
          rows.map((own) => (own.length === 0 ? null : meanOf(own.map((row) => right[row])))),
        ),
        diversityShare: diversity(made, labels).diversity / realDiversity,
        kernel: kernelOfRows(made, features),
        kernelPerClass: Object.freeze(
          rows.map((own, k) =>
            Math.min(own.length, realRows[k].length) < 3
              ? null
              : kernelDistance(takeRows(made, own), takeRows(features, realRows[k])).value,
          ),
        ),
      });
    },
  });
}

/** Options of {@link compareClasses}. */
export interface CompareClassesOptions {
  /** What was judged of each training run (seed) of the first model. */
  readonly a: readonly JudgedClasses[];
  /** The same of the second model, for the same classes in the same order. */
  readonly b: readonly JudgedClasses[];
  /** The number of real images that they were compared with. */
  readonly real: number;
  /** Draws the resamples for the kernel distance. */
  readonly rng: Rng;
}

/** Which of two models is better by three measures, and in how many classes which is the nearer one. */
export interface ClassComparison {
  /** Higher is better; images are paired. */
  readonly agreement: Comparison;
  /** Over all classes, by a bootstrap of generated and real images. */
  readonly kernel: Comparison;
  /** The mean over classes of each class's own; classes are paired. */
  readonly kernelPerClass: Comparison;
  /** How often `a` is nearer, over classes, by the mean over runs. */
  readonly nearer: { readonly a: number; readonly of: number };
}

/**
 * Compares two models on the same classes, with intervals over training runs and images, or classes.
 * @throws as `pairedComparison` and `bootstrapComparison` do.
 */
export function compareClasses({ a, b, real, rng }: CompareClassesOptions): ClassComparison {
  const known = Array.from(a[0]?.kernelPerClass.keys() ?? []).filter((k) =>
    [...a, ...b].every(({ kernelPerClass }) => kernelPerClass[k] !== null),
  );
  const byClass = (runs: readonly JudgedClasses[]) =>
    runs.map(({ kernelPerClass }) => known.map((k) => kernelPerClass[k] as number));
  const [ofA, ofB] = [byClass(a), byClass(b)];
  const overRuns = (runs: readonly number[][], k: number) => meanOf(runs.map((values) => values[k]));
  const rights = (runs: readonly JudgedClasses[]) => runs.map(({ right }) => right);
  return Object.freeze({
    agreement: pairedComparison({ a: rights(a), b: rights(b), better: "higher" }),
    kernel: bootstrapComparison({
      a,
      b,
      n: { images: a[0].right.length, real },
      statistic: ({ kernel }: JudgedClasses, rows) => kernel.of(rows.images, rows.real),
      replicates: 200,
      several: true,
      rng,
    }),
    kernelPerClass: pairedComparison({ a: ofA, b: ofB }),
    nearer: Object.freeze({
      a: known.filter((_, k) => overRuns(ofA, k) < overRuns(ofB, k)).length,
      of: known.length,
    }),
  });
}
