import type { Estimate } from "../statistics";

/** A mean over images or forecasts, and the value of each, for paired comparisons. */
export interface Scores extends Estimate {
  /** One value for each image, or for each case that was forecast. */
  readonly values: Float64Array;
}
