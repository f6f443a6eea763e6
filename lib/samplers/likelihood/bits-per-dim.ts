import { assertKnown, expected } from "../../errors";

/** Options of {@link bitsPerDim}. */
export interface BitsPerDimOptions {
  /** Numbers in a sample: h · w · c for an image. */
  readonly dimensions: number;
  /**
   * The distance between neighbouring levels in the units of x: 2/255 for 8-bit pixels in [-1, 1], to whose
   * values uniform noise of this width must have been added, or else the density is unbounded. Default 1.
   */
  readonly bin?: number;
}

/**
 * −log₂ of the probability of a bin around each sample, per dimension: −(log ρ / d + log bin) / log 2.
 *
 * @example
 * // Of 28 × 28 images with 8-bit pixels in [-1, 1], from their log densities in nats.
 * bitsPerDim([2100, 2500], { dimensions: 28 * 28, bin: 2 / 255 }); // 3.13, 2.39
 */
export function bitsPerDim(logDensity: ArrayLike<number>, options: BitsPerDimOptions): Float64Array {
  assertKnown(options, { dimensions: true, bin: true }, "bitsPerDim");
  const { dimensions, bin = 1 } = options;
  if (!(Number.isInteger(dimensions) && dimensions > 0)) {
    throw expected("a whole number of dimensions above 0", `${dimensions}`);
  }
  if (!(bin > 0 && bin < Number.POSITIVE_INFINITY)) throw expected("a bin above 0", `${bin}`);
  return Float64Array.from(logDensity, (log) => -(log / dimensions + Math.log(bin)) / Math.LN2);
}
