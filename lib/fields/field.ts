import type { NdArray } from "../array";
import type { Condition } from "../conditions/condition";

/** Where a field is asked for: `x` is `[n, ...]`, all samples at the same time `t`. */
export interface FieldInput {
  readonly x: NdArray;
  readonly t: number;
  readonly xi: Condition;
}

/** A field under a condition that stays the same: a function of x and t with values of x's shape. */
export type BoundField = (x: NdArray, t: number) => NdArray | Promise<NdArray>;

/**
 * A function of (t, x, ξ) with values of x's shape: the velocity b_t(x, ξ) or the denoiser g_t(x, ξ), be it
 * exact or a network. Samplers take nothing else.
 */
export interface Field {
  (at: FieldInput): NdArray | Promise<NdArray>;
  /**
   * The field under a condition that stays the same, as along a trajectory: ξ is checked and prepared once,
   * not at every evaluation. Absent where there is nothing to prepare. ξ and its arrays must not be written
   * to meanwhile.
   * @throws when the field can't have this ξ, if that is seen without an x.
   */
  on?(xi: Condition): BoundField;
}

/**
 * Makes a field of what it is under a condition. Called as a function, it binds ξ anew at every evaluation.
 */
export function makeField(on: (xi: Condition) => BoundField): Field {
  return Object.freeze(Object.assign(async ({ x, t, xi }: FieldInput) => on(xi)(x, t), { on }));
}

/** Any field under a condition that stays the same, as along a trajectory; see `Field.on`. */
export function bindField(field: Field, xi: Condition): BoundField {
  return field.on?.(xi) ?? ((x, t) => field({ x, t, xi }));
}
