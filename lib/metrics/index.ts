export { type AdditiveLaw, type AdditiveLawOptions, additiveLaw } from "./additive-law";
export { type Agreement, conditionAgreement } from "./agreement";
export { type BootstrapOptions, bootstrap, type ConfidenceInterval } from "./bootstrap";
export { type DensityCoverage, densityCoverage } from "./density-coverage";
export { type Diversity, diversity } from "./diversity";
export {
  type ConditionReader,
  type EmbeddingAgreement,
  type EmbeddingAgreementOptions,
  embeddingAgreement,
  type ReadingError,
  type RidgeReaderOptions,
  ridgeReader,
} from "./embedding-agreement";
export { energyDistance } from "./energy-distance";
export { type Estimate, estimateMean } from "./estimate";
export { featureError } from "./feature-error";
export * from "./features";
export { distanceFloor, type FloorOptions } from "./floor";
export { frechetDistance } from "./frechet";
export { type ImageDistancesOptions, imageDistances } from "./image-distances";
export { type HoleError, holeError } from "./image-error";
export type { ImagePairs } from "./image-pairs";
export { type KernelDistanceOptions, kernelDistance } from "./kernel-distance";
export { gaussianKernel, type Kernel, polynomialKernel } from "./kernels";
export type { Measurement } from "./measurement";
export { squaredMmd } from "./mmd";
export type { ManifoldOptions } from "./neighbours";
export { type PathLength, pathLength } from "./path-length";
export { type PermutationTest, type PermutationTestOptions, permutationTest } from "./permutation-test";
export { type PowerLaw, type PowerLawOptions, powerLaw } from "./power-law";
export { type PrecisionRecall, precisionRecall } from "./precision-recall";
export { psnr } from "./psnr";
export { sinkhornDivergence, sinkhornW2 } from "./sinkhorn";
export { ssim } from "./ssim";
export { straightness } from "./straightness";
export {
  type PathBoundOptions,
  pathBound,
  type TransportLadder,
  transportCost,
  transportLadder,
} from "./transport";
export { exactW2, slicedW2 } from "./wasserstein";
