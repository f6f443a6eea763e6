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
export { formatSpread, type Spread, spread, summarise, sweep } from "./sweep";
