export { type Cost, type CostOptions, measureCost } from "./cost";
export { type GenerationOptions, type GenerationResult, measureGeneration } from "./generation";
export {
  changedKnown,
  type InpaintingOptions,
  type InpaintingResult,
  knownPixels,
  measureInpainting,
  pasteKnown,
} from "./inpainting";
export { measurePoints, type PointsOptions, type PointsResult } from "./points";
export { type Reflow, type ReflowOptions, reflow } from "./reflow";
export { measureSampling, type SamplingCost, type SamplingCostOptions } from "./sampling-cost";
export { formatSpread, summarise, sweep } from "./sweep";
