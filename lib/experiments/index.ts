/**
 * Runs that are measured in one call, sweeps over settings and seeds, costs, baselines, models with a recipe.
 * @module experiments
 */

export type { Bridge, BridgeOptions } from "./baselines/bridge";
export { type ExtraTreesOptions, extraTrees, type RowPredictor } from "./baselines/extra-trees";
export {
  type CellFiller,
  meanFiller,
  nearestFiller,
  treeFiller,
  tunedNearestFiller,
} from "./baselines/fill-cells";
export { type I2sbOptions, i2sb } from "./baselines/i2sb";
export { type IndiOptions, indi } from "./baselines/indi";
export { type IsolationForestOptions, isolationForest } from "./baselines/isolation-forest";
export { neighbours } from "./baselines/neighbours";
export { type PixelLevelsOptions, pixelLevels } from "./baselines/pixel-levels";
export { type RegressionOptions, regression } from "./baselines/regression";
export { type ReplacementOptions, replacement } from "./baselines/replacement";
export { type SmoteOptions, smote } from "./baselines/smote";
export {
  type ClassComparison,
  type ClassJudge,
  type CompareClassesOptions,
  classJudge,
  compareClasses,
  type JudgedClasses,
} from "./class-judge";
export {
  compareHoles,
  type HoleComparison,
  type HoleMeasureName,
  holeMeasureNames,
} from "./compare-holes";
export type { ComparedDistances, ComparedImages } from "./compared-images";
export { type Cost, type CostOptions, measureCost } from "./cost";
export { type CouplingEffects, type CouplingEffectsOptions, couplingEffects } from "./coupling-effects";
export { type EvaluationsFor, evaluationsFor, type SolverPoint } from "./evaluations-for";
export { type FewestEvaluations, fewestEvaluations, type MeasuredSetting } from "./fewest-evaluations";
export * from "./forecasting";
export { type GenerationOptions, type GenerationResult, measureGeneration } from "./generation";
export {
  changedKnown,
  type InpaintingOptions,
  type InpaintingResult,
  knownPixels,
  measureInpainting,
  pasteKnown,
} from "./inpainting";
export { type LossAt, type LossInTimeOptions, lossInTime } from "./loss-in-time";
export * from "./models";
export { measurePoints, type PointsOptions, type PointsResult } from "./points";
export { type Reflow, type ReflowOptions, reflow } from "./reflow";
export type { Repetitions } from "./repetitions";
export {
  compareRestored,
  type MeasureComparison,
  type RestoredComparisonOptions,
} from "./restored-comparison";
export { measureSampling, type SamplingCost, type SamplingCostOptions } from "./sampling-cost";
export {
  measureRestored,
  measureSuperResolution,
  type RestoredOptions,
  type RestoredResult,
  type SuperResolutionResult,
  type SuperResolutionRunOptions,
} from "./super-resolution";
export { formatSpread, summarise, sweep } from "./sweep";
export { type TableAgreement, type TableAgreementOptions, tableAgreement } from "./table-agreement";
export {
  type DrawCellsOptions,
  type DrawnCells,
  drawCells,
  type RowLikelihood,
  rowLikelihood,
} from "./table-flow";
export type { CallKind } from "./timed-calls";
export {
  compareTranslated,
  measureTranslated,
  type TranslatedOptions,
  type TranslatedResult,
} from "./translated";
export {
  holeVelocityError,
  type VelocityError,
  type VelocityErrorOptions,
  velocityError,
} from "./velocity-error";
