/**
 * Optimal transport between two sets: exact, entropic, unbalanced, partial, semidiscrete.
 * @module transport
 */

export { assign } from "./assignment";
export { exact } from "./exact";
export { partial } from "./partial";
export { type CostMatrix, type OtSolver, planCost, squaredDistances, type TransportPlan } from "./plan";
export { type PlannedPairs, samplePlan } from "./sample-plan";
export type { ScalingOptions } from "./scaling";
export {
  type CellFinder,
  checkSemidiscrete,
  plainCells,
  type SemidiscreteCheck,
  type SemidiscreteOptions,
  type SemidiscretePlan,
  semidiscrete,
} from "./semidiscrete";
export { sinkhorn } from "./sinkhorn";
export { type UnbalancedOptions, unbalanced } from "./unbalanced";
