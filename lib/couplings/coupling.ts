import type { NdArray } from "../array";
import type { Condition } from "../conditions/condition";
import type { ConditionSpec } from "../conditions/part";
import type { Samples } from "../data/samples";
import type { Rng } from "../random";
import type { Sigma } from "./sigma";

/** Draws (x0, x1, ξ) of a coupling; x0 and x1 have the same shape. */
export interface Pairs {
  /** Draws of the base, `[n, ...]`. */
  readonly x0: NdArray;
  /** The targets that they belong to, of x0's shape. */
  readonly x1: NdArray;
  /** What the velocity is told of each pair, one entry per sample in each part. */
  readonly xi: Condition;
  /**
   * The noise ζ ~ N(0, I) of x0 = m + σζ, of x0's shape, where it is independent of x1, m and σ; zero at
   * known pixels. An interpolant without latent then has the score −E[σ⁻ᵀζ | I_t, ξ] / α_t: see `solveSigma`.
   */
  readonly zeta?: NdArray;
  /** The σ that ζ was multiplied by; of a masked base, that of the hole. */
  readonly sigma?: Sigma;
}

/** Where sampling starts: a draw x0 of the base and its condition. */
export type Start = Omit<Pairs, "x1">;

/** What a base that doesn't depend on x1 is asked for: samples of which shape, under which condition. */
export interface Request extends Condition {
  /** The shape `[n, ...]` of the samples. */
  readonly shape: readonly number[];
}

/**
 * A coupling ρ(x0, x1 | ξ): which base draws go with which targets (Def. 3.1 and section 3.2).
 * Its time direction is the library's: 0 is the base, 1 the data.
 */
export interface Coupling {
  /** What reports, checkpoints and errors call it. */
  readonly name: string;
  /** The condition that `draw` returns, for building a network. */
  readonly condition: ConditionSpec;
  /** Draws a base point and a condition for each target; returns a promise where that takes a network. */
  draw(targets: Samples, rng: Rng): Pairs | Promise<Pairs>;
  /** Draws the base alone; absent where x0 depends on x1. */
  start?(request: Request, rng: Rng): Start;
}

/** A coupling that draws synchronously, as all do except learned ones. */
export interface DirectCoupling extends Coupling {
  /** Draws a base point and a condition for each target, without a promise. */
  draw(targets: Samples, rng: Rng): Pairs;
}

/** The state and the condition of pairs at t = 0, from which to solve an equation forwards in time. */
export const atBase = ({ x0, xi }: Start): { readonly x: NdArray; readonly xi: Condition } =>
  Object.freeze({ x: x0, xi });

/** The state and the condition of pairs at t = 1, from which to solve an equation backwards in time. */
export const atData = ({ x1, xi }: Pairs): { readonly x: NdArray; readonly xi: Condition } =>
  Object.freeze({ x: x1, xi });
