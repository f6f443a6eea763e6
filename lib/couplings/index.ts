export type { Condition, ConditionSpec, Coupling, Pairs, Request, Start } from "./coupling";
export { type DataDependentOptions, dataDependent } from "./data-dependent";
export { independent } from "./independent";
export { inpainting } from "./inpainting";
export * from "./masks";
export { uncoupledInpainting } from "./uncoupled-inpainting";
