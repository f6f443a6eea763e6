export { show } from "./display";
export { type DataRecord, type Metrics, recordData, recordMetrics } from "./metrics";
export { progress } from "./progress";
export type { Progress } from "./progress-text";
export { pick, type Scale, scales } from "./scale";
