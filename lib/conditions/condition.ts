import type { NdArray } from "../array";
/**
 * The condition ξ: what the velocity may see besides (t, x_t). Every part is optional and holds one entry per
 * sample: an Int32Array of length n, or an array `[n, ...]`. A part of your own is added by declaration merging; see
 * `PartKind`.
 */
export interface Condition {
  /** Class numbers, length n; −1 where the class isn't known. */
  readonly labels?: Int32Array;
  /**
   * Soft labels `[n, classes]` in place of `labels`: the probability of each class. What a row lacks to 1 is the
   * probability that nothing is known of the class, so a row of zeros is the label −1.
   */
  readonly labelWeights?: NdArray;
  /** Vectors `[n, k]`: measurements, settings of a process, features of a text. A row of NaN isn't known. */
  readonly embedding?: NdArray;
  /**
   * The mask ξ of section 4.1, `[n, h, w, 1]` or `[n, d]`: 1 keeps, 0 is the hole. It is appended to x_t
   * as a channel, and the field is masked: zero where ξ = 1.
   */
  readonly keep?: NdArray;
  /** Images `[n, h, w, k]`, or points `[n, k]`, appended to x_t as channels at all times. */
  readonly image?: NdArray;
}
