export { anyCells } from "./any-cells";
export { centre } from "./centre";
export { type ColumnsOptions, columns } from "./columns";
export { half, type Side } from "./half";
export { type MaskSampler, type MaskShape, makeMask } from "./mask";
export { rectangle } from "./rectangle";
export { strokes } from "./strokes";
export { tiles } from "./tiles";
