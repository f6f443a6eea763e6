export { show } from "./display";
export { type DataRecord, type Metrics, recordData, recordMetrics } from "./metrics";
export { progress } from "./progress";
export { pick, type Scale, scales } from "./scale";
