import type { NdArray } from "../../array";
import type { Rng } from "../../random";

/** A random system that moves on by one fixed lag of time at a call. */
export interface Dynamics {
  /** What reports and errors call the system. */
  readonly name: string;
  /** Shape of one state. */
  readonly shape: readonly number[];
  /** The time between a state and the next, in the system's unit. */
  readonly lag: number;
  /** Draws n states `[n, ...]`, of the stationary law unless the system says otherwise. */
  states(n: number, rng: Rng): Promise<NdArray>;
  /** Draws the next state of each, by noise of its own. */
  next(x: NdArray, rng: Rng): Promise<NdArray>;
}
