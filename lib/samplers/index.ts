/**
 * Solvers of the ODE and of the SDE, forwards and backwards; likelihoods.
 * @module samplers
 */

export { type EqualErrorOptions, equalErrorTimes } from "./equal-error-times";
export { type ExponentialOptions, solveExponential } from "./exponential";
export { type BitsPerDimOptions, bitsPerDim } from "./likelihood/bits-per-dim";
export { type LikelihoodBound, type LikelihoodBoundOptions, likelihoodBound } from "./likelihood/bound";
export {
  type LogLikelihood,
  type LogLikelihoodOptions,
  logLikelihood,
  type ProbeOptions,
} from "./likelihood/log-likelihood";
export { type NoisyLevels, type NoisyLevelsOptions, noisyLevels } from "./likelihood/noisy-levels";
export { adamsBashforth, type MultistepMethod } from "./methods/adams-bashforth";
export { type AdaptiveMethod, type AdaptiveOptions, adaptiveMethod } from "./methods/adaptive-method";
export { bosh3 } from "./methods/bosh3";
export { dopri5 } from "./methods/dopri5";
export { euler } from "./methods/euler";
export { eulerMaruyama } from "./methods/euler-maruyama";
export { type FixedMethod, fixedMethod } from "./methods/fixed-method";
export { heun } from "./methods/heun";
export { midpoint } from "./methods/midpoint";
export { rk4 } from "./methods/rk4";
export { stochasticHeun } from "./methods/stochastic-heun";
export { type StochasticMethod, stochasticMethod } from "./methods/stochastic-method";
export type { EmbeddedTableau, StochasticTableau, Tableau } from "./methods/tableau";
export { type Method, type OdeOptions, solveOde } from "./ode";
export { type LastStep, type SdeOptions, solveSde } from "./sde";
export type { Epsilon, SdeFields, VelocityAndScore } from "./sde-terms";
export { type LoggedStep, type StepLog, stepLog } from "./step-log";
export {
  cosineGrid,
  geometricGrid,
  quadraticGrid,
  type StepOptions,
  type TimeGrid,
  type TimeSteps,
} from "./time-grid";
export type { InitialState, Solution, SolveOptions, StepProgress } from "./trajectory";
