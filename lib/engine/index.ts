export { compile } from "./compile";
export type { Compiled, CompileOptions, EngineName, Named, Program, Values } from "./program";
