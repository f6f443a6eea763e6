/** The coefficients of I_t = α_t x0 + β_t x1 + γ_t z (Def. 3.1) at one time, and their time derivatives. */
export interface Coefficients {
  /** α_t, the weight of x0: 1 at t = 0, 0 at t = 1. */
  readonly alpha: number;
  /** β_t, the weight of x1: 0 at t = 0, 1 at t = 1. */
  readonly beta: number;
  /** γ_t, the weight of the latent z: 0 at both ends. */
  readonly gamma: number;
  /** dα/dt. */
  readonly dAlpha: number;
  /** dβ/dt. */
  readonly dBeta: number;
  /** γ̇_t; infinite at the ends for γ = √(2t(1−t)), so use `gammaDGamma` where the product is needed. */
  readonly dGamma: number;
  /** γ_t γ̇_t, finite everywhere. */
  readonly gammaDGamma: number;
}

/** A stochastic interpolant: t in [0, 1], 0 the base and 1 the data. */
export interface Interpolant {
  /** Its kind and parameters, as checkpoints and reports have them. */
  readonly name: string;
  /** Whether α_t + β_t = 1 for all t: what a masked velocity needs, so that known pixels stay fixed. */
  readonly convex: boolean;
  /** Whether γ is not identically zero, so that a latent z is drawn. */
  readonly hasLatent: boolean;
  /** Whether, given a mask, I_t = x1 at known values by definition; see `insideHole`. */
  readonly insideHole: boolean;
  /** α, β, γ and their derivatives at time t, between 0 and 1. */
  at(t: number): Coefficients;
}
