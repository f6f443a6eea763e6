export { type AdditiveLaw, type AdditiveLawOptions, additiveLaw } from "./additive-law";
export { type BootstrapOptions, bootstrap, type ConfidenceInterval } from "./bootstrap";
export { type Estimate, estimateMean } from "./estimate";
export type { Variables } from "./fittable";
export { type PermutationTest, type PermutationTestOptions, permutationTest } from "./permutation-test";
export { type PowerLaw, type PowerLawOptions, powerLaw } from "./power-law";
export { quantile } from "./quantile";
export { type Spread, spread } from "./spread";
