import { assertShape, type NdArray, sampleSize } from "../../array";
import { expected } from "../../errors";

/** Options of {@link pixelLevels}. */
export interface PixelLevelsOptions {
  /** Training images with values on the levels, `[n, h, w, c]`. */
  readonly images: NdArray;
  /** How many levels, evenly from −1 to 1. Default 256. */
  readonly levels?: number;
  /** Added to the count of each level, so that none is impossible. Default 1 / levels. */
  readonly prior?: number;
}

/**
 * The simplest model of images whose likelihood can be told: every pixel on its own, by the histogram of its
 * levels. Returns log P of images in nats, one for each.
 *
 * @example
 * const { train, test } = await mnist({ limit: { train: 1000, test: 10 } });
 * const logs = pixelLevels({ images: train.x })(test.x);
 * bitsPerDim(logs, { dimensions: 32 * 32 }); // what a generative model has to beat
 * @throws when there are no images, or a value is not on a level.
 */
export function pixelLevels(options: PixelLevelsOptions): (images: NdArray) => Float64Array {
  const { images, levels = 256, prior = 1 / levels } = options;
  if (!(prior > 0)) throw expected("a prior above 0", `${prior}`);
  const n = images.shape[0];
  if (!(n > 0)) throw expected("one image or more to count levels in", "none");
  const size = sampleSize(images);
  const levelOf = (value: number) => {
    const level = Math.round(((value + 1) / 2) * (levels - 1));
    if (!(Math.abs((2 * level) / (levels - 1) - 1 - value) < 1e-6 + 1e-4 / levels)) {
      throw expected(`values on ${levels} levels from −1 to 1`, `${value}`);
    }
    return level;
  };
  const counts = new Uint32Array(size * levels);
  images.data.forEach((value, e) => {
    counts[(e % size) * levels + levelOf(value)]++;
  });
  const total = Math.log(n + prior * levels);
  return (others) => {
    assertShape(others, [-1, ...images.shape.slice(1)], "images, like those that were counted,");
    const logs = new Float64Array(others.shape[0]);
    others.data.forEach((value, e) => {
      logs[Math.floor(e / size)] += Math.log(counts[(e % size) * levels + levelOf(value)] + prior) - total;
    });
    return logs;
  };
}
