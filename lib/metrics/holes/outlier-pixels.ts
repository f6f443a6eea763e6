import { assertKnown, expected } from "../../errors";
import { assertRng, type Rng } from "../../random";
import { quantile as quantileOf } from "../../statistics";
import { meanOf } from "../../statistics/mean";
import { type FilledHoles, type HoleMeasure, holesOf, imageAt, meanWithInterval, VISIBLE } from "./holes";
import { beyondNeighbours } from "./neighbourhood";

export interface OutlierPixelsOptions extends FilledHoles {
  /** A pixel is an outlier beyond this quantile of the true images' pixels in the holes. Default 0.99. */
  readonly quantile?: number;
  /** Draws the resamples of the interval. */
  readonly rng: Rng;
}

/** The share of outlier pixels in the hole, beyond that of the true images. */
export interface OutlierPixels extends HoleMeasure {
  /** How far outside the range of its neighbours an outlier lies, in units of the pixels. */
  readonly threshold: number;
  /** The mean share of outliers in the holes, filled and true. */
  readonly share: { readonly filled: number; readonly true: number };
}

/**
 * The share of pixels in the hole that stand out from all their neighbours (specks), less the same share of
 * the true images. How far a pixel stands out is how far it lies outside the range of its 8 neighbours, known
 * or filled, in its worst channel; an outlier does so by more than all but a share 1 − `quantile` of the true
 * images' pixels in the same holes, and at least by 6 levels of 256, which can just be seen. 0 is perfect. It
 * sees specks alone: for holes that are blurred or left empty it is negative.
 *
 * @example
 * const keep = tiles({ grid: 4 }).draw({ n: 32, h: 8, w: 8 }, rng(0));
 * const noise = rng(1).normals(images.x.shape);
 * const speckled = ndarray(images.x.shape, images.x.data.map((value, e) => value + 0.1 * noise.data[e]));
 * outlierPixels({ x: speckled, truth: images.x, keep, rng: rng(2) }).value; // the excess share of outliers
 * @throws when shapes differ, a pixel isn't finite, or fewer than two images have a hole.
 */
export function outlierPixels(options: OutlierPixelsOptions): OutlierPixels {
  assertKnown(options, { quantile: true }, "outlierPixels", { likely: true });
  const { quantile = 0.99, rng, ...filled } = options;
  assertRng(rng);
  if (!(quantile > 0 && quantile < 1)) throw expected("a quantile between 0 and 1", `${quantile}`);
  const holes = holesOf(filled);
  const inHoles = (images: FilledHoles["x"]) =>
    Array.from(holes.images, (row) => {
      const hole = holes.of(row);
      return beyondNeighbours({ ...holes, data: imageAt(images, row) }).filter(
        (_, pixel) => hole[pixel] === 1,
      );
    });
  const [ours, theirs] = [inHoles(filled.x), inHoles(filled.truth)];
  const all = theirs.flatMap((values) => Array.from(values));
  const threshold = Math.max(VISIBLE, quantileOf(all, quantile));
  const shares = (values: readonly Float64Array[]) =>
    Float64Array.from(values, (distances) => share(distances, threshold));
  const [found, real] = [shares(ours), shares(theirs)];
  const values = found.map((value, i) => value - real[i]);
  return Object.freeze({
    name: "excess of outlier pixels in the hole",
    better: "lower",
    ...meanWithInterval(values, rng),
    values,
    threshold,
    share: Object.freeze({ filled: meanOf(found), true: meanOf(real) }),
  });
}

function share(values: Float64Array, threshold: number): number {
  let beyond = 0;
  for (const value of values) if (value > threshold) beyond++;
  return beyond / values.length;
}
