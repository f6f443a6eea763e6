import type { CarriedPlay } from "../spec";
import type { Solver } from "../work/solver";

/** A live figure whose options were checked; pictures and weights are made when they are asked for. */
export interface Made {
  /** The title given, or the default for its kind. */
  readonly title: string;
  /** What the figure carries, and its still picture: a PNG in base64. */
  carried(): Promise<Omit<CarriedPlay, "version"> & { readonly still: string }>;
}

/** What the figure's controls are set to at the beginning. */
export const solver: Solver = { name: "dopri5", steps: 20, tolerance: 1e-3 };
