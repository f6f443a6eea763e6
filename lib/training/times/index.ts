export { betaTimes } from "./beta";
export { logitNormalTimes } from "./logit-normal";
export { modeTimes } from "./mode";
export { stratifiedTimes } from "./stratified";
export { type TimeDensity, type TimeSampler, timeSampler } from "./time-density";
