import { choose } from "../errors";

/**
 * How much a run computes: `quick` to see that all works, `small` for results that can be trusted on a
 * laptop, `paper` for the paper's own sizes.
 */
export type Scale = "quick" | "small" | "paper";

/** All scales, from the least to the most work. */
export const scales: readonly Scale[] = Object.freeze(["quick", "small", "paper"] as const);

/**
 * The value for a scale.
 * @example pick("quick", { quick: 100, small: 3000, paper: 200_000 }) // 100
 * @throws when there is no such scale.
 */
export function pick<T>(scale: Scale, values: Readonly<Record<Scale, T>>): T {
  return choose("scale", scale, values);
}
