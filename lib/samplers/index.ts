export { type Dopri5Options, dopri5 } from "./dopri5";
export { euler } from "./euler";
export { heun } from "./heun";
export { type IntegrateOptions, type Integration, integrate, type StepProgress } from "./integrate";
export { midpoint } from "./midpoint";
export { rk4 } from "./rk4";
export type { AdaptiveMethod, FixedMethod, Method, Tableau } from "./tableau";
