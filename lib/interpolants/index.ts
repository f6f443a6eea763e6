export { brownian } from "./brownian";
export type { Coefficients, Interpolant } from "./interpolant";
export { type Interpolated, type InterpolateOptions, interpolate } from "./interpolate";
export { linear } from "./linear";
export { type AlphaBeta, type Gamma, type InterpolantParts, makeInterpolant } from "./make-interpolant";
export { noLatent } from "./no-latent";
export { trigonometric } from "./trigonometric";
