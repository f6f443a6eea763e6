/**
 * Means with intervals, paired comparisons over images and seeds, tests, regressions and power laws.
 * @module statistics
 */

export { type AdditiveLaw, type AdditiveLawOptions, additiveLaw } from "./additive-law";
export { agreesWith } from "./agrees-with";
export { type BootstrapOptions, bootstrap, type ConfidenceInterval } from "./bootstrap";
export { conditionalVariance } from "./conditional-variance";
export { type Estimate, estimateMean } from "./estimate";
export type { Variables } from "./fittable";
export { type GaussianRows, type GaussianRowsOptions, gaussianRows } from "./gaussian-rows";
export { groupMeans } from "./group-means";
export { holm } from "./holm";
export { type Clusters, type KMeansOptions, kMeans } from "./k-means";
export { type KolmogorovSmirnov, kolmogorovSmirnov } from "./kolmogorov-smirnov";
export type { IntervalLevel } from "./level";
export { majority } from "./majority";
export { marginalGap } from "./marginal-gap";
export {
  type MeanInterval,
  meanDifference,
  meanInterval,
  type Summary,
  summaryDifference,
} from "./mean-interval";
export { type NearestRows, nearestRows } from "./nearest-rows";
export { nearestValues } from "./nearest-values";
export {
  type BootstrapComparisonOptions,
  bootstrapComparison,
  type Comparison,
  type PairedComparisonOptions,
  pairedComparison,
} from "./paired-comparison";
export { type PermutationTest, type PermutationTestOptions, permutationTest } from "./permutation-test";
export { type PowerLaw, type PowerLawOptions, powerLaw } from "./power-law";
export {
  type PrincipalComponents,
  type PrincipalComponentsOptions,
  principalComponents,
} from "./principal-components";
export { signTest, type Trials, wilsonInterval } from "./proportion";
export { quantile } from "./quantile";
export { rankCorrelations } from "./rank-correlations";
export { rocArea } from "./roc-area";
export { rowsGiven } from "./rows-given";
export { type Spread, spread } from "./spread";
