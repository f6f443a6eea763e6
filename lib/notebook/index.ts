export {
  type CommittedSection,
  type CommittedSectionsOptions,
  committedSections,
} from "./committed-sections";
export { show } from "./display";
export { type LiveOptions, type LiveSamples, type LiveUpdate, live } from "./live";
export { type DataRecord, type Metrics, recordData, recordMetrics } from "./metrics";
export { progress } from "./progress";
export type { ProgressUpdate } from "./progress-text";
export { type Reserved, reserve } from "./reserve";
export { pick, type Scale, scales } from "./scale";
