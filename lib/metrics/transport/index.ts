export { type PathBoundOptions, pathBound } from "./path-bound";
export { type PathLength, pathLength } from "./path-length";
export { straightness } from "./straightness";
export { type TransportLadder, transportCost, transportLadder } from "./transport-ladder";
