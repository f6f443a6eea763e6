import { type NdArray, ndarray } from "../array";
import { bindField, type Field, makeField } from "./field";

/**
 * The same field, which keeps its last value and gives it again, as a copy, for the same (x, t) under the
 * same bound ξ. A velocity and the score that is made from it then cost one evaluation of the network
 * together, not two. `nfe` of a solve still counts both.
 *
 * @param onEvaluation called at each evaluation that took place, to count them
 * @example
 * let evaluations = 0;
 * const once = remembered(b, () => evaluations++);
 * const fields = { b: once, s: scoreFromVelocity(once, { interpolant }) };
 */
export function remembered(field: Field, onEvaluation?: () => void): Field {
  // One memory for all conditions, since each use of the field binds it anew.
  let last:
    | { readonly xi: unknown; readonly x: NdArray; readonly t: number; readonly value: NdArray }
    | undefined;
  return makeField((xi) => {
    const bound = bindField(field, xi);
    return async (x, t) => {
      if (!(last && last.xi === xi && last.t === t && same(last.x, x))) {
        const value = await bound(x, t);
        onEvaluation?.();
        last = { xi, x: copy(x), t, value: copy(value) };
      }
      return copy(last.value);
    };
  });
}

const copy = ({ shape, data }: NdArray) => ndarray(shape, data.slice());

/** Whether two arrays hold the same numbers: the buffers of a solver are written to again and again. */
function same(a: NdArray, b: NdArray): boolean {
  if (a.data.length !== b.data.length || a.shape.join() !== b.shape.join()) return false;
  for (let e = 0; e < a.data.length; e++) if (a.data[e] !== b.data[e]) return false;
  return true;
}
