import type { NdArray } from "../array";
import { assertRng, type Rng } from "../random";

/**
 * Draws x0 from a base ρ₀ that depends on nothing else: independent samples, in an array of the given shape
 * `[n, ...]`.
 */
export type Base = (shape: readonly number[], rng: Rng) => NdArray;

/** N(0, I). */
export const standardNormalBase: Base = (shape, rng) => {
  assertRng(rng);
  return rng.normals(shape);
};
