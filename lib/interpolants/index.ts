/**
 * α, β, γ and their derivatives; the interpolant I_t and its time derivative.
 * @module interpolants
 */

export { type AffineAt, type AffineVelocity, affineVelocity } from "./affine-velocity";
export { type BernsteinCoefficients, bernstein } from "./bernstein";
export { brownian } from "./brownian";
export { type Diffusion, follmer, ownDiffusion } from "./diffusion";
export { encodingDecoding } from "./encoding-decoding";
export { type Gamma, type GammaParts, makeGamma } from "./gamma";
export { insideHole } from "./inside-hole";
export type { Coefficients, Interpolant } from "./interpolant";
export { type Interpolated, type InterpolateOptions, interpolate } from "./interpolate";
export { linear } from "./linear";
export { type AlphaBeta, type InterpolantParts, makeInterpolant } from "./make-interpolant";
export { type MirrorOptions, mirror } from "./mirror";
export { noLatent } from "./no-latent";
export { oneSided } from "./one-sided";
export { type OwnGammaOptions, ownGamma } from "./own-gamma";
export { type OwnScheduleOptions, ownSchedule } from "./own-schedule";
export { parabola } from "./parabola";
export { type PolynomialOptions, polynomial } from "./polynomial";
export { type SigmoidBumpOptions, sigmoidBump } from "./sigmoid-bump";
export { sinSquared } from "./sin-squared";
export type { Curve } from "./smooth";
export { trigonometric } from "./trigonometric";
export { type VariancePreservingOptions, variancePreserving } from "./variance-preserving";
export { wiener } from "./wiener";
