import type { NdArray } from "../array";
import type { Samples } from "../data/samples";
import type { Rng } from "../random";
import type { Sigma } from "./sigma";

/**
 * The condition ξ: what the velocity may see besides (t, x_t). Every part is optional and holds
 * one entry per sample.
 */
export interface Condition {
  /** Class numbers, length n; −1 where the class isn't known. */
  readonly labels?: Int32Array;
  /**
   * Soft labels `[n, classes]` in place of `labels`: the probability of each class. What a row lacks to 1 is the
   * probability that nothing is known of the class, so a row of zeros is the label −1.
   */
  readonly labelWeights?: NdArray;
  /** Vectors `[n, k]`: measurements, settings of a process, features of a text. A row of NaN isn't known. */
  readonly embedding?: NdArray;
  /**
   * The mask ξ of section 4.1, `[n, h, w, 1]` or `[n, d]`: 1 keeps, 0 is the hole. It is appended to x_t
   * as a channel, and the field is masked: zero where ξ = 1.
   */
  readonly keep?: NdArray;
  /** Images `[n, h, w, k]` appended to x_t as channels at all times. */
  readonly image?: NdArray;
}

/** What a network needs to know of the conditions that it will be given. */
export interface ConditionSpec {
  /** Number of classes, where labels are given. */
  readonly classes?: number;
  /** Whether labels may be missing, −1. The network then learns what to do without. */
  readonly unlabelled?: boolean;
  /** Whether `labelWeights` are given. Labels may be given all the same: they stand for a probability of 1. */
  readonly soft?: boolean;
  /** Length k of the vectors `embedding`, where these are given. */
  readonly embedding?: number;
  /** Whether rows of `embedding` may be missing, NaN. The network then learns what to do without. */
  readonly unembedded?: boolean;
  /** Whether a mask `keep` is given (one channel). */
  readonly keep?: boolean;
  /** Channels k of `image`, where one is given. */
  readonly imageChannels?: number;
}

/** Draws (x0, x1, ξ) of a coupling; x0 and x1 are of the same shape. */
export interface Pairs {
  readonly x0: NdArray;
  readonly x1: NdArray;
  readonly xi: Condition;
  /**
   * The noise ζ ~ N(0, I) of x0 = m + σζ, of x0's shape, where it is independent of x1, m and σ; zero at known pixels. An
   * interpolant without latent then has the score −E[σ⁻ᵀζ | I_t, ξ] / α_t: see `solveSigma`.
   */
  readonly zeta?: NdArray;
  /** The σ that ζ was multiplied by; of a masked base, that of the hole. */
  readonly sigma?: Sigma;
}

/** Where sampling starts: a draw x0 of the base and its condition. */
export type Start = Omit<Pairs, "x1">;

/** What a base that does not look at x1 must know: how many samples of what shape, under which condition. */
export interface Request extends Pick<Condition, "labels" | "labelWeights" | "embedding"> {
  /** The shape `[n, ...]` of the samples. */
  readonly shape: readonly number[];
}

/**
 * A coupling ρ(x0, x1 | ξ): which base draws are joined to which targets (Def. 3.1 and section 3.2).
 * Its time direction is the library's: 0 is the base, 1 the data.
 */
export interface Coupling {
  readonly name: string;
  /** The condition that `draw` returns, for building a network. */
  readonly condition: ConditionSpec;
  /** Joins a base draw and a condition to each target. */
  draw(targets: Samples, rng: Rng): Pairs;
  /** Draws the base alone, where it needs no x1; absent where x0 is made from x1. */
  start?(request: Request, rng: Rng): Start;
}
