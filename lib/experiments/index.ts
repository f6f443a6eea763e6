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
export { formatSpread, type Spread, spread, summarise, sweep } from "./sweep";
