export { keptPairs } from "./kept-pairs";
export { type MixtureLadder, type MixtureLadderOptions, mixtureBound, mixtureLadder } from "./mixture-ladder";
export { type PathAction, type SplitAction, splitAction } from "./path-action";
export { type PathBoundOptions, pathBound } from "./path-bound";
export { type PathLength, pathLength } from "./path-length";
export { straightness } from "./straightness";
export { type TransportLadder, transportCost, transportLadder } from "./transport-ladder";
