import type { Floats, NdArray } from "../array";
import type { Condition } from "../conditions/condition";
import { described, expected, UsageError } from "../errors";
import { bindField, type Field } from "../fields/field";
import type { Moving } from "./moving";

/** Writes a field's values at (x, t) into `out`, where x moves; elsewhere `out` stays as it is. */
export type WriteDerivative = (x: NdArray, t: number, out: Floats) => Promise<void>;

export interface DerivativeOptions {
  readonly xi: Condition;
  readonly moving: Moving;
  /** What the field is called in errors: "field", "score", … */
  readonly name: string;
  /** Where to look when its values are not finite. */
  readonly advice: string;
}

/**
 * The field under the condition of a batch, as solvers evaluate it. Its values at elements that don't move
 * are ignored.
 * @throws (the function) when values are not finite or not of x's shape.
 */
export function derivativeOf(
  field: Field,
  { xi, moving: { count, hole }, name, advice }: DerivativeOptions,
): WriteDerivative {
  const bound = bindField(field, xi);
  return async (x, t, out) => {
    const value = await bound(x, t);
    if (!Array.isArray(value?.shape)) {
      throw expected(
        `an array of shape [${x.shape.join(", ")}], that of x, from the ${name}`,
        described(value),
      );
    }
    const { shape, data } = value;
    if (data.length !== out.length || shape.join() !== x.shape.join()) {
      throw expected(
        `values of shape [${x.shape.join(", ")}], that of x, from the ${name}`,
        `shape [${shape.join(", ")}]`,
      );
    }
    for (let i = 0; i < count; i++) {
      const e = hole ? hole[i] : i;
      out[e] = data[e];
      // Read back, since what is finite in float64 need not be so in float32.
      const value = out[e];
      if (value - value !== 0) throw notFinite(`The ${name}`, value, { t, e, x, advice });
    }
  };
}

/** @throws when a state that was reached is not finite. */
export function assertFiniteState(x: NdArray, t: number, { count, hole }: Moving): void {
  for (let i = 0; i < count; i++) {
    const e = hole ? hole[i] : i;
    const value = x.data[e];
    if (value - value !== 0) {
      throw notFinite("The state", value, {
        t,
        e,
        x,
        advice: "Look at the field before: a diverged network, or steps too long for a field so large.",
      });
    }
  }
}

function notFinite(
  what: string,
  value: number,
  {
    t,
    e,
    x,
    advice,
  }: { readonly t: number; readonly e: number; readonly x: NdArray; readonly advice: string },
): UsageError {
  const sample = Math.floor(e / (x.data.length / x.shape[0]));
  return new UsageError(`${what} is ${value} at t = ${t}, in sample ${sample} of its batch. ${advice}`);
}

/** Where to look for a velocity that is not finite. */
export const velocityAdvice = "Look there: a diverged network, or a schedule that is infinite at this time.";
