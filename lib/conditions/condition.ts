import type { NdArray } from "../array";
/**
 * The condition ξ: what the velocity may see besides (t, x_t). Every part is optional and holds one entry per
 * sample: an Int32Array of length n, or an array `[n, ...]`. To add a part of your own, use declaration
 * merging: see `PartKind`.
 */
export interface Condition {
  /** Class indices, length n; −1 where the class is unknown. */
  readonly labels?: Int32Array;
  /**
   * Soft labels `[n, classes]` in place of `labels`: the probability of each class. Whatever a row lacks to
   * sum to 1 is the probability that the class is unknown, so a row of zeros means the label −1.
   */
  readonly labelWeights?: NdArray;
  /** Vectors `[n, k]`: measurements, process settings, text features. A row of NaN is unknown. */
  readonly embedding?: NdArray;
  /**
   * The mask ξ of section 4.1, `[n, h, w, 1]` or `[n, d]`: 1 where x is known, 0 in the hole. It is appended
   * to x_t as a channel, and the field is masked: zero where ξ = 1.
   */
  readonly keep?: NdArray;
  /** Images `[n, h, w, k]`, or points `[n, k]`, appended to x_t as channels at all times. */
  readonly image?: NdArray;
}
