/**
 * What training minimises: L_b, L_g, L_s and their relatives.
 * @module objectives
 */

export { baseLoss } from "./base-loss";
export { dataLoss } from "./data-loss";
export { denoiserLoss } from "./denoiser-loss";
export { driftLoss } from "./drift-loss";
export { type ErrorMeasure, type ErrorWeights, pseudoHuber, squaredError } from "./error-measure";
export { klToNormal } from "./kl-to-normal";
export { noiseLoss } from "./noise-loss";
export {
  type Drawn,
  type LossInputs,
  type Objective,
  type ObjectiveOptions,
  objectiveLoss,
} from "./objective";
export { restLoss } from "./rest-loss";
export { type ScoreLossOptions, scoreLoss } from "./score-loss";
export { quadraticLoss, velocityLoss } from "./velocity-loss";
