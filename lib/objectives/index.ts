export { denoiserLoss } from "./denoiser-loss";
export { meanSquaredError } from "./mean-squared-error";
export type { Drawn, Objective } from "./objective";
export { paperLoss } from "./paper-loss";
export { velocityLoss } from "./velocity-loss";
