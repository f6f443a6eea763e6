/** x0, x1 and, where γ ≠ 0, the latent z: arrays or tensors. */
export interface Draws<T> {
  readonly x0: T;
  readonly x1: T;
  readonly z?: T;
}

/** Coefficients of I_t and İ_t: numbers at one time, or one for each sample. */
export interface CoefficientsOf<C> {
  readonly alpha: C;
  readonly beta: C;
  readonly gamma?: C;
  readonly dAlpha: C;
  readonly dBeta: C;
  readonly dGamma?: C;
}

type Terms<C, T> = readonly (readonly [coefficient: C, values: T])[];

/** The terms of I_t = α_t x0 + β_t x1 + γ_t z (Def. 3.1), for numbers and tensors alike. */
export const positionTerms = <C, T>(
  { alpha, beta, gamma }: CoefficientsOf<C>,
  { x0, x1, z }: Draws<T>,
): Terms<C, T> => [[alpha, x0], [beta, x1], ...latentTerm(gamma, z)];

/** The terms of İ_t = α̇_t x0 + β̇_t x1 + γ̇_t z. */
export const velocityTerms = <C, T>(
  { dAlpha, dBeta, dGamma }: CoefficientsOf<C>,
  { x0, x1, z }: Draws<T>,
): Terms<C, T> => [[dAlpha, x0], [dBeta, x1], ...latentTerm(dGamma, z)];

const latentTerm = <C, T>(coefficient: C | undefined, z: T | undefined): Terms<C, T> =>
  coefficient === undefined || z === undefined ? [] : [[coefficient, z]];
