import { type NdArray, sampleSize } from "../../array";
import { maskOn } from "../../conditions/mask";
import { expected } from "../../errors";
import type { Rng } from "../../random";
import { bootstrap, type ConfidenceInterval } from "../../statistics";
import { assertImagePairs, type ImagePairs } from "../images/image-pairs";

/** In-painted images, the true ones, and the masks: `[n, h, w, 1]` or of the images' shape, 0 in the hole. */
export interface FilledHoles extends ImagePairs {
  /** 1 where a pixel was known, 0 in the hole. */
  readonly keep: NdArray;
}

/** A measure of filled holes, image by image. */
export interface HoleMeasure extends ConfidenceInterval {
  /** What was measured, and with what: "perceptual distance in the hole (mnist-cnn)". */
  readonly name: string;
  /** Whether lower or higher values are better. */
  readonly better: "lower" | "higher";
  /**
   * One value for each image with a hole, whose mean is `value`: for `pairedComparison` of models that filled
   * the same holes.
   */
  readonly values: Float64Array;
}

/** A measure that isn't a mean over images: `values` holds its jackknife's pseudo-values. */
export interface KernelHoleMeasure extends HoleMeasure {
  /** Of the images in these rows, counted among those with a hole: for `bootstrapComparison`. */
  of(rows: ArrayLike<number>): number;
}

/**
 * The least difference that people see, in units of pixels from −1 to 1: 6 levels of 256, about 2.3 units of
 * CIELAB's lightness, one just noticeable difference (Mahy et al., 1994). What differs by less doesn't count.
 */
export const VISIBLE = 12 / 255;

/** Where the holes are. */
export interface Holes {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The rows of the images that have a hole, in ascending order. */
  readonly images: Int32Array;
  /** 1 for each pixel of the image in this row that lies in its hole, 0 for others: `[h · w]`. */
  of(row: number): Uint8Array;
}

/** @throws unless all fit, masks are 0 or 1, pixels are finite, and `least` images or more have a hole. */
export function holesOf({ x, truth, keep }: FilledHoles, least = 2): Holes {
  assertImagePairs({ x, truth });
  const { known } = maskOn(keep, x);
  const odd = keep.data.find((value) => value !== 0 && value !== 1);
  if (odd !== undefined) throw expected("masks of 1 on known pixels and 0 in the hole", `a value of ${odd}`);
  const [n, height, width, channels] = x.shape;
  const pixels = height * width;
  const hole = new Uint8Array(n * pixels);
  for (let e = 0; e < known.length; e++) if (known[e] === 0) hole[Math.floor(e / channels)] = 1;
  const of = (row: number) => hole.subarray(row * pixels, (row + 1) * pixels);
  const images = Int32Array.from({ length: n }, (_, row) => row).filter((row) => of(row).includes(1));
  if (images.length < least) throw expected(`${least} images or more with a hole`, `${images.length}`);
  return Object.freeze({ n, height, width, channels, images, of });
}

/** The values of the image in this row, `[h · w · c]`, sharing memory with `images`. */
export function imageAt(images: NdArray, row: number): ArrayLike<number> {
  const size = sampleSize(images);
  return images.data.subarray(row * size, (row + 1) * size);
}

/** The mean of these values with a bootstrap interval over images. */
export function meanWithInterval(values: Float64Array, rng: Rng): ConfidenceInterval {
  return bootstrap({
    n: values.length,
    statistic(rows) {
      let sum = 0;
      for (let i = 0; i < rows.length; i++) sum += values[rows[i]];
      return sum / rows.length;
    },
    rng,
  });
}
