export { type PathLength, pathLength } from "./path-length";
export { straightness } from "./straightness";
export {
  type PathBoundOptions,
  pathBound,
  type TransportLadder,
  transportCost,
  transportLadder,
} from "./transport-ladder";
