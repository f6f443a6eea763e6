export { type Estimate, estimateMean } from "./estimate";
export { type HoleError, holeError } from "./image-error";
export {
  type PathBoundOptions,
  pathBound,
  type TransportLadder,
  transportCost,
  transportLadder,
} from "./transport";
export { exactW2, slicedW2 } from "./wasserstein";
