/**
 * An explicit Runge-Kutta method as data (its Butcher tableau): stage i is
 * k_i = b(t + c_i h, x + h Σ_j a_ij k_j), and the step ends at x + h Σ_i b_i k_i.
 */
export interface Tableau {
  /** What reports and errors call the method. */
  readonly name: string;
  /** The error over an interval falls as h^order. */
  readonly order: number;
  /** The time of each stage, as a share of the step. */
  readonly c: readonly number[];
  /** Row i holds a_i0, …, a_i,i−1. */
  readonly a: readonly (readonly number[])[];
  /** The weight of each stage; they sum to 1. */
  readonly b: readonly number[];
  /** b − b̂, where b̂ are the weights of an embedded method of lower order; absent where there is none. */
  readonly error?: readonly number[];
  /**
   * The state inside a step is x + h Σ_i k_i Σ_j dense_ij θ^(j+1) at t + θh: no further evaluation is needed.
   */
  readonly dense: readonly (readonly number[])[];
}

/** A tableau with an embedded method, by which it estimates its error. */
export interface EmbeddedTableau extends Tableau {
  /** b − b̂, where b̂ are the weights of the embedded method of lower order. */
  readonly error: readonly number[];
}

/**
 * An explicit method for dX = f dt + √(2ε_t) dW, whose noise does not depend on the state, as data. With
 * N ~ N(0, 2h Σ_i b_i ε(t + c_i h) I) drawn once per step, stage i is
 * k_i = f(t + c_i h, x + h Σ_j a_ij k_j + noise_i N), and the step ends at x + h Σ_i b_i k_i + N.
 */
export interface StochasticTableau extends Omit<Tableau, "error" | "dense"> {
  /** The error of expectations E φ(X) falls as h^order: the weak order. */
  readonly order: number;
  /** The share of the step's noise that each stage has seen. */
  readonly noise: readonly number[];
}
