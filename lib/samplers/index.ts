export type { AdaptiveOptions } from "./adaptive-method";
export { type BitsPerDimOptions, bitsPerDim } from "./bits-per-dim";
export { bosh3 } from "./bosh3";
export { type DiffuseOptions, diffuse, type LastStep } from "./diffuse";
export type { DiffusionFields, Epsilon } from "./diffusion";
export { dopri5 } from "./dopri5";
export { euler } from "./euler";
export { eulerMaruyama } from "./euler-maruyama";
export { fixedMethod } from "./fixed-method";
export { heun } from "./heun";
export { type IntegrateOptions, type Integration, integrate, type StepProgress } from "./integrate";
export { type LikelihoodBound, type LikelihoodBoundOptions, likelihoodBound } from "./likelihood-bound";
export {
  type LogLikelihood,
  type LogLikelihoodOptions,
  logLikelihood,
  type ProbeOptions,
} from "./log-likelihood";
export { midpoint } from "./midpoint";
export { rk4 } from "./rk4";
export { stochasticHeun } from "./stochastic-heun";
export { type StochasticMethod, type StochasticTableau, stochasticMethod } from "./stochastic-method";
export type { AdaptiveMethod, FixedMethod, Method, Tableau } from "./tableau";
export { cosineGrid, quadraticGrid, type StepOptions, type TimeGrid, type TimeSteps } from "./time-grid";
