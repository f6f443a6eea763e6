/**
 * Velocities b_t(x, ξ), denoisers, scores and predictions, each from the others; networks as fields; exact
 * ones of Gaussian mixtures; guidance.
 * @module fields
 */

export { divergenceFromRest, velocityFromRest } from "./affine-rest";
export { diagonalFlow } from "./diagonal-flow";
export {
  type BoundDivergence,
  bindDivergence,
  type Divergence,
  type DivergenceValue,
  type FieldDivergenceOptions,
  fieldDivergence,
  makeDivergence,
} from "./divergence";
export {
  type BoundDrift,
  type Drifts,
  type DriftsFromPointOptions,
  driftsFromPoint,
} from "./drifts-from-point";
export { type ExactFlow, type ExactFlowOptions, exactFlow } from "./exact-flow";
export {
  type ExactForecastOptions,
  exactDrift,
  exactFromNoise,
  type ForecastMode,
} from "./exact-forecast";
export { type BoundField, bindField, type Field, type FieldInput, makeField } from "./field";
export type { GaussianBase, OnCondition } from "./gaussian-base";
export { type GuidanceOptions, guided } from "./guided";
export { type LogDensity, standardNormalLogDensity } from "./log-density";
export { masked } from "./masked-velocity";
export { networkDivergence } from "./network/divergence";
export { type ExportFieldOptions, exportField } from "./network/export";
export { type NetworkFieldOptions, networkField } from "./network/field";
export { type PathExamplesOptions, pathExamples } from "./network/path-examples";
export type { NetworkWithParameters } from "./network/program";
export { type LoadFieldOptions, loadField, loadNetwork, saveNetwork } from "./network/store";
export type { EncodeNetworkOptions } from "./network/stored";
export {
  baseFromData,
  baseFromVelocity,
  dataFromBase,
  dataFromVelocity,
  type PredictionOptions,
  velocityFromBase,
  velocityFromData,
} from "./predictions";
export { remembered } from "./remembered";
export { type RescheduleOptions, rescheduled } from "./rescheduled";
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
} from "./score";
