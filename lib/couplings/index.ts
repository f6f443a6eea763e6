export { assign } from "./assignment";
export type { Base } from "./base";
export { type ClassGaussianCoupling, type ClassGaussianOptions, classGaussian } from "./class-gaussian";
export { colourisation } from "./colourisation";
export * from "./corruptions";
export {
  atBase,
  atData,
  type Coupling,
  type DirectCoupling,
  type Pairs,
  type Request,
  type Start,
} from "./coupling";
export { type DataDependentOptions, dataDependent } from "./data-dependent";
export { deblurring } from "./deblurring";
export { dequantisation } from "./dequantisation";
export { type DrawAheadOptions, type DrawnAhead, drawAhead } from "./draw-ahead";
export { conditionDropout, type DropoutOptions, embeddingDropout, labelDropout } from "./dropout";
export {
  type GaussianMixtureOptions,
  gaussianMixture,
  type MixtureComponent,
  type MixtureCoupling,
} from "./gaussian-mixture";
export { type IndependentOptions, independent } from "./independent";
export { inpainting } from "./inpainting";
export * from "./masks";
export * from "./ot";
export { type PairedOptions, paired } from "./paired";
export { type RestorationOptions, restoration } from "./restoration";
export { type Matrix, type Sigma, solveSigma } from "./sigma";
export { type SoftLabelsOptions, softLabels } from "./soft-labels";
export { type SuperResolutionOptions, superResolution } from "./super-resolution";
export { type Pairing, threeModes } from "./three-modes";
export { uncoupledInpainting } from "./uncoupled-inpainting";
export { type WithEmbeddingOptions, withEmbedding } from "./with-embedding";
export { type WithLabelsOptions, withLabels } from "./with-labels";
