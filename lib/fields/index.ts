export {
  type Divergence,
  type DivergenceValue,
  type FieldDivergenceOptions,
  fieldDivergence,
} from "./divergence";
export { type ExactFlow, type ExactFlowOptions, exactFlow } from "./exact-flow";
export type { Field, FieldInput } from "./field";
export type { GaussianBase, OnCondition } from "./gaussian-base";
export { type GuidanceOptions, guided } from "./guided";
export { type LogDensity, standardNormal } from "./log-density";
export { masked } from "./masked";
export {
  baseFromData,
  baseFromVelocity,
  dataFromBase,
  dataFromVelocity,
  type PredictionOptions,
  velocityFromBase,
  velocityFromData,
} from "./prediction-conversions";
export {
  baseFromNoise,
  dataFromScore,
  denoiserFromScore,
  type NoiseOptions,
  noiseFromBase,
  noiseFromScore,
  type OneSidedOptions,
  scoreFromData,
  scoreFromDenoiser,
  scoreFromNoise,
  scoreFromVelocity,
  velocityFromScore,
} from "./score-conversions";
