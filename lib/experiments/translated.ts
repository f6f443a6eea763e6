import type { NdArray } from "../array";
import {
  type FeatureNetwork,
  featureError,
  foundAgain,
  type ImageMeasures,
  imageMeasures,
  psnr,
  type Scores,
  ssim,
} from "../metrics";
import type { Rng } from "../random";
import { bootstrapComparison, pairedComparison } from "../statistics";
import type { MeasureComparison } from "./restored-comparison";

/** Options of {@link measureTranslated}. */
export interface TranslatedOptions {
  /** The images that were made, `[n, h, w, c]` in [-1, 1]. */
  readonly x: NdArray;
  /** The true image for each, of x's shape. */
  readonly truth: NdArray;
  /** Judges the style and provides the features that images are compared in. */
  readonly network: FeatureNetwork;
  /** Whether an image is in the style asked for: a head of the network, and the class of that head. */
  readonly style: { readonly head: string; readonly label: number };
  /** Source of the resamples of intervals and of the classifier's split. */
  readonly rng: Rng;
}

/** How good images are that were translated into another style. */
export interface TranslatedResult {
  /** Peak signal-to-noise ratio in decibels; higher is better. */
  readonly psnr: Scores;
  /** Structural similarity, at most 1; higher is better. */
  readonly ssim: Scores;
  /** Distance from the truth in the network's features; lower is better. */
  readonly featureError: Scores;
  /** What can be seen of them. */
  readonly seen: ImageMeasures;
  /** Whether its own true image is the nearest of all. */
  readonly found: Scores;
  /** 1 for each image that the network takes for one of the style. */
  readonly inStyle: Float64Array;
}

/**
 * Measures images that were made from others, however that was done, against the one true image of each.
 * PSNR, SSIM and feature distance ask whether it is the right picture, and favour a blurred mean; the kernel
 * distance, the classifier of texture and the style head ask whether it looks drawn in that style.
 */
export async function measureTranslated(options: TranslatedOptions): Promise<TranslatedResult> {
  const { x, truth, network, style, rng } = options;
  const seen = await network.classify(x, style.head);
  return Object.freeze({
    psnr: psnr({ x, truth }),
    ssim: ssim({ x, truth }),
    featureError: await featureError(network, { x, truth }),
    found: foundAgain({ x, truth }),
    seen: await imageMeasures({ x, truth, network, rng }),
    inStyle: Float64Array.from(seen, (label) => (label === style.label ? 1 : 0)),
  });
}

const means = [
  ["PSNR (dB)", "higher", ({ psnr }: TranslatedResult) => psnr.values],
  ["SSIM", "higher", ({ ssim }: TranslatedResult) => ssim.values],
  ["feature distance", "lower", ({ featureError }: TranslatedResult) => featureError.values],
  ["two-sample accuracy", "lower", ({ seen }: TranslatedResult) => seen.classifier.values],
  ["found again", "higher", ({ found }: TranslatedResult) => found.values],
  ["in the style", "higher", ({ inStyle }: TranslatedResult) => inStyle],
] as const;

/**
 * Compares two ways of translating the same images by all measures: means over images by `pairedComparison`,
 * the kernel distance from the true images (KID) by `bootstrapComparison`.
 * @throws as the two comparisons do.
 */
export function compareTranslated({
  a,
  b,
  rng,
}: {
  /** The training runs (seeds) of each, on the same images in the same order. */
  readonly a: readonly TranslatedResult[];
  readonly b: readonly TranslatedResult[];
  /** Draws the resamples for the kernel distance. */
  readonly rng: Rng;
}): readonly MeasureComparison[] {
  const byMeans = means.map(([measure, better, values]) => ({
    measure,
    ...pairedComparison({ a: a.map(values), b: b.map(values), better }),
  }));
  const kernel = bootstrapComparison({
    a: a.map(({ seen }) => seen.features),
    b: b.map(({ seen }) => seen.features),
    n: { images: a[0]?.psnr.values.length ?? 0 },
    statistic: ({ of }, { images }) => of(images),
    several: true,
    rng,
  });
  return Object.freeze([...byMeans, { measure: "KID", ...kernel }].map((row) => Object.freeze(row)));
}
