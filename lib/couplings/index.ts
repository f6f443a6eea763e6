export type { Base } from "./base";
export { type ClassGaussianCoupling, type ClassGaussianOptions, classGaussian } from "./class-gaussian";
export { concatConditions, conditionRows, takeConditionRows } from "./condition-rows";
export * from "./corruptions";
export type { Condition, ConditionSpec, Coupling, Pairs, Request, Start } from "./coupling";
export { type DataDependentOptions, dataDependent } from "./data-dependent";
export { type DrawAheadOptions, type DrawnAhead, drawAhead } from "./draw-ahead";
export { embeddingDropout } from "./embedding-dropout";
export {
  type GaussianMixtureOptions,
  gaussianMixture,
  type Matrix,
  type MixtureComponent,
  type MixtureCoupling,
} from "./gaussian-mixture";
export { type IndependentOptions, independent } from "./independent";
export { inpainting } from "./inpainting";
export { labelDropout } from "./label-dropout";
export * from "./masks";
export {
  type ContinuousCondition,
  conditionWeight,
  type MinibatchOTCoupling,
  type MinibatchOTOptions,
  minibatchOT,
} from "./minibatch-ot";
export { type PairedOptions, paired } from "./paired";
export {
  colourisation,
  deblurring,
  dequantisation,
  type RestorationOptions,
  restoration,
} from "./restoration";
export { type Sigma, solveSigma } from "./sigma";
export { type SoftLabelsOptions, softLabels } from "./soft-labels";
export { type SuperResolutionOptions, superResolution } from "./super-resolution";
export { type Pairing, threeModes } from "./three-modes";
export { uncoupledInpainting } from "./uncoupled-inpainting";
export { type WithEmbeddingOptions, withEmbedding } from "./with-embedding";
export { type WithLabelsOptions, withLabels } from "./with-labels";
