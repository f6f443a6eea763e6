/**
 * Compiles tfjs functions into ONNX models and runs them.
 * @module engine
 */

export { compile } from "./compile";
export { type ExportOptions, exportOnnx } from "./export";
export { type ModelFile, openModel, type Port } from "./model-file";
export type { Compiled, CompileOptions, EngineName, Named, Program, Values } from "./program";
export { programFlops } from "./program-flops";
export type { Arrays, Tensors, Tree } from "./tree";
