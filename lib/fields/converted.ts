import { assertShape, type Floats, zeros } from "../array";
import { maskOf } from "../conditions/mask";
import { expected, UsageError } from "../errors";
import type { Field, FieldInput } from "./field";

/** How the value of one field follows from the values of others at the same (t, x, ξ). */
export interface Conversion {
  /** The public function's name, for errors. */
  readonly name: string;
  /** Where it divides by zero, as the rest of "it is not defined …". */
  readonly singular: string;
  readonly fields: readonly Field[];
  /**
   * The value where ξ.keep = 1. There x0 = x1 = x whatever the time, so that a prediction of either is x;
   * velocity, noise and score are zero.
   */
  readonly known: "x" | "zero";
  values(at: FieldInput, ...fields: readonly Floats[]): ArrayLike<number>;
}

/** @throws (the field) where the conversion is singular, or a field's values are not finite or not of x's shape. */
export function converted({ name, singular, fields, known, values }: Conversion): Field {
  return async (at) => {
    const { x, t, xi } = at;
    const given: Floats[] = [];
    for (const field of fields) {
      const value = await field(at);
      assertShape(value, x.shape, `the values of the field given to ${name}, like x,`);
      if (!allFinite(value.data)) throw expected(`finite values of the field given to ${name}`, "others");
      given.push(value.data);
    }
    const out = zeros(x.shape, x);
    out.data.set(values(at, ...given));
    maskOf(xi, x)?.blend(known === "x" ? x.data : 0, out.data, out.data);
    if (!allFinite(out.data)) {
      throw new UsageError(`${name} is not defined ${singular}; it was asked for t = ${t}.`);
    }
    return out;
  };
}

function allFinite(values: Floats): boolean {
  let nothing = 0;
  for (let e = 0; e < values.length; e++) nothing += 0 * values[e];
  return nothing === 0;
}
