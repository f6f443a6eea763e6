import { expected } from "../errors";
import type { ImageMeasures } from "../metrics";
import type { Rng } from "../random";
import { bootstrapComparison, type Comparison, pairedComparison } from "../statistics";
import type { RestoredResult } from "./super-resolution";

/** A result that was measured with `seen: true`. */
type SeenResult = RestoredResult & { readonly seen: ImageMeasures };

/** A mean over images by which results are compared: its name, its values, and which of them are better. */
interface ImageMean {
  readonly measure: string;
  readonly better: "lower" | "higher";
  readonly values: (result: SeenResult) => ArrayLike<number> | undefined;
}

const means: readonly ImageMean[] = [
  { measure: "PSNR (dB)", better: "higher", values: ({ psnr }) => psnr.values },
  { measure: "SSIM", better: "higher", values: ({ ssim }) => ssim.values },
  { measure: "feature distance", better: "lower", values: ({ featureError }) => featureError.values },
  { measure: "perceptual distance", better: "lower", values: ({ seen }) => seen.perceptual?.values },
  { measure: "two-sample accuracy", better: "lower", values: ({ seen }) => seen.classifier.values },
  { measure: "error of the low resolution", better: "lower", values: (result) => result.consistency.values },
];

/** A comparison, and the measure that it is by. */
export interface MeasureComparison extends Comparison {
  /** The measure in words, such as "PSNR (dB)" or "KID". */
  readonly measure: string;
}

/** Options of {@link compareRestored}. */
export interface RestoredComparisonOptions {
  /** The training runs (seeds) of the first model. */
  readonly a: readonly RestoredResult[];
  /** Those of the second model, on the same images in the same order. */
  readonly b: readonly RestoredResult[];
  /** Draws the resamples for the kernel distance. */
  readonly rng: Rng;
  /** How often images are resampled for it. Default 500. */
  readonly replicates?: number;
}

/**
 * Compares two models of super-resolution on the same images by all measures: means over images by
 * `pairedComparison`, the kernel distance from the true images (KID) by `bootstrapComparison`. Intervals
 * account for images and, with several runs of each model, for runs.
 *
 * @throws when a result was measured without `seen: true`, and as the two comparisons do.
 */
export function compareRestored(options: RestoredComparisonOptions): readonly MeasureComparison[] {
  const [a, b] = [options.a.map(seenOf), options.b.map(seenOf)];
  const byMeans = means.flatMap(({ measure, better, values }) => {
    const [ofA, ofB] = [a.map(values), b.map(values)];
    const known = (all: typeof ofA) => all.filter((one) => one !== undefined);
    if (known(ofA).length < a.length || known(ofB).length < b.length) return [];
    return [{ measure, ...pairedComparison({ a: known(ofA), b: known(ofB), better }) }];
  });
  const kernel = bootstrapComparison({
    a: a.map(({ seen }) => seen.features),
    b: b.map(({ seen }) => seen.features),
    n: { images: a[0]?.psnr.values.length ?? 0 },
    statistic: ({ of }, { images }) => of(images),
    replicates: options.replicates,
    several: true,
    rng: options.rng,
  });
  return Object.freeze([...byMeans, { measure: "KID", ...kernel }].map((row) => Object.freeze(row)));
}

function seenOf(result: RestoredResult): SeenResult {
  const { seen } = result;
  if (!seen) throw expected("a result that was measured with seen: true", "one without");
  return { ...result, seen };
}
