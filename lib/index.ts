/**
 * All that a notebook imports, from `"./lib"` or, in another project, from `"coupled-interpolants"`: what the
 * rooms export, each documented there, and what follows here.
 * @module index
 */

export * from "./array";
export * from "./conditions";
export * from "./couplings";
export * from "./data";
export {
  type Compiled,
  type CompileOptions,
  compile,
  type EngineName,
  type ExportOptions,
  exportOnnx,
  type ModelFile,
  openModel,
  type Port,
  type Program,
} from "./engine";
export { AbortError, UsageError } from "./errors";
export * from "./experiments";
export * from "./fields";
export * from "./figures";
export * from "./formats";
export * from "./interpolants";
export * from "./metrics";
export * from "./networks";
export {
  type CommittedSection,
  type CommittedSectionsOptions,
  committedSections,
  type DataRecord,
  type LiveOptions,
  type LiveSamples,
  type LiveUpdate,
  live,
  type Metrics,
  type ProgressUpdate,
  pick,
  progress,
  type Reserved,
  recordData,
  recordMetrics,
  reserve,
  type Scale,
  scales,
  show,
} from "./notebook";
export * from "./objectives";
export * from "./playground";
export { type Base, type Rng, rng } from "./random";
export * from "./samplers";
export * from "./statistics";
export { formatNumber } from "./text";
export * from "./training";
export * from "./transport";
