export { type ExactFlow, type ExactFlowOptions, exactFlow } from "./exact-flow";
export type { Field, FieldInput } from "./field";
