import type { NdArray } from "../array";
import type { Condition } from "../conditions/condition";
import { described, expected } from "../errors";

/** Where a field is evaluated: `x` is `[n, ...]`, all samples at the same time `t`. */
export interface FieldInput {
  /** The states, `[n, ...]`. */
  readonly x: NdArray;
  /** The time, from 0 to 1. */
  readonly t: number;
  /** The condition of each state; `{}` for none. */
  readonly xi: Condition;
}

/** A field under a fixed condition: a function of x and t with values of x's shape. */
export type BoundField = (x: NdArray, t: number) => NdArray | Promise<NdArray>;

/**
 * A function of (t, x, ξ) with values of x's shape: the velocity b_t(x, ξ) or the denoiser g_t(x, ξ), be it
 * exact or a network. Samplers take nothing else.
 */
export interface Field {
  (at: FieldInput): NdArray | Promise<NdArray>;
  /**
   * The field under a fixed condition, as along a trajectory: ξ is checked and prepared once, not at every
   * evaluation. Absent where there is nothing to prepare. ξ and its arrays must not be written to meanwhile.
   * @throws when the field can't take this ξ, if that can be told without an x.
   */
  on?(xi: Condition): BoundField;
}

/**
 * Makes a field from a function that binds it to a condition. Called as a function, it binds ξ anew at every
 * evaluation.
 *
 * @example
 * const towards = (target: NdArray) => makeField(() => (x, t) =>
 *   ndarray(x.shape, x.data.map((value, e) => (target.data[e] - value) / (1 - t))));
 * const { x } = await solveOde(towards(pairs.x1), atBase(pairs), { method: euler({ steps: 10 }) }); // x1
 */
export function makeField(on: (xi: Condition) => BoundField): Field {
  return Object.freeze(Object.assign(async ({ x, t, xi }: FieldInput) => on(xi)(x, t), { on }));
}

/**
 * Binds any field to a fixed condition, as along a trajectory; see `Field.on`.
 *
 * @example
 * const bound = bindField(b, pairs.xi); // ξ is prepared once
 * for (const t of [0, 0.5, 1]) await bound(pairs.x0, t);
 */
export function bindField(field: Field, xi: Condition): BoundField {
  if (typeof field !== "function") {
    throw expected("a field, such as model.field()", described(field));
  }
  return field.on?.(xi) ?? ((x, t) => field({ x, t, xi }));
}
