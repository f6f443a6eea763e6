/**
 * Pairs of a start and a target, ρ(x0, x1 | ξ): independent, data-dependent, in-painting and its masks,
 * super-resolution and other restorations, optimal transport, mixtures, bases that are fitted or learned.
 * @module couplings
 */

export { type BalancedDraws, type BalancedDrawsOptions, balancedDraws } from "./balanced-draws";
export {
  type ClassGaussianCoupling,
  type ClassGaussianOptions,
  classBases,
  classGaussian,
} from "./class-gaussian";
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
export { type CouplingStrengthOptions, couplingStrength } from "./coupling-strength";
export { type DataDependentOptions, dataDependent } from "./data-dependent";
export { deblurring } from "./deblurring";
export { dequantisation } from "./dequantisation";
export type { DiagonalGaussians, FittedBaseOptions } from "./diagonal-gaussian";
export { type DiagonalComponent, type DiagonalMixture, diagonalMixture } from "./diagonal-mixture";
export { type DrawAheadOptions, type DrawnAhead, drawAhead } from "./draw-ahead";
export { conditionDropout, type DropoutOptions, embeddingDropout, labelDropout } from "./dropout";
export {
  type FittedGaussianCoupling,
  type FittedGaussianOptions,
  fittedGaussian,
} from "./fitted-gaussian";
export {
  type GaussianMixtureOptions,
  gaussianMixture,
  type MixtureComponent,
  type MixtureCoupling,
} from "./gaussian-mixture";
export { type ImputationCoupling, type ImputationOptions, imputation } from "./imputation";
export { type IndependentOptions, independent } from "./independent";
export { inpainting } from "./inpainting";
export { type JoinedByOTOptions, joinedByOT } from "./joined-by-ot";
export { type KnownCellsOptions, knownCells } from "./known-cells";
export * from "./masks";
export {
  type ContinuousCondition,
  conditionWeight,
  type MinibatchOTCoupling,
  type MinibatchOTOptions,
  minibatchOT,
} from "./minibatch-ot";
export { type PairMoments, type PairMomentsOptions, pairMoments } from "./moments";
export { nearestLabels } from "./nearest-labels";
export { type PairedOptions, paired } from "./paired";
export { type RestorationOptions, restoration } from "./restoration";
export { type RingPairsOptions, ringPairs } from "./ring-pairs";
export {
  type SemidiscreteOTCoupling,
  type SemidiscreteOTOptions,
  semidiscreteOT,
} from "./semidiscrete-ot";
export { type Matrix, type Sigma, solveSigma } from "./sigma";
export { type SoftLabelsOptions, softLabels } from "./soft-labels";
export { type SuperResolutionOptions, superResolution } from "./super-resolution";
export { type Pairing, threeModes } from "./three-modes";
export { uncoupledInpainting } from "./uncoupled-inpainting";
export { uncoupledPaired } from "./uncoupled-paired";
export { uncoupledSuperResolution } from "./uncoupled-super-resolution";
export { type UnmaskedInpaintingOptions, unmaskedInpainting } from "./unmasked-inpainting";
export { type WithEmbeddingOptions, withEmbedding } from "./with-embedding";
export { type WithLabelsOptions, withLabels } from "./with-labels";
