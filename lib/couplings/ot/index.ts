export { conditionWeight } from "./condition-weight";
export { exact } from "./exact";
export { type ContinuousCondition, type MinibatchOTOptions, minibatchOT } from "./minibatch-ot";
export { partial } from "./partial";
export { type CostMatrix, type Plan, type Planner, planCost, squaredDistances } from "./plan";
export type { ScalingOptions } from "./scaling";
export { sinkhorn } from "./sinkhorn";
export { type UnbalancedOptions, unbalanced } from "./unbalanced";
