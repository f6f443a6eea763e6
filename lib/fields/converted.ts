import { assertShape, type Floats, type NdArray, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { expected, UsageError } from "../errors";
import { boundMask } from "./bound-mask";
import { bindField, type Field, makeField } from "./field";

/** What a conversion declares besides its formula. */
export interface ConversionFacts {
  /** Where it divides by zero, as the rest of "it is not defined …". */
  readonly singular: string;
  /**
   * The value where ξ.keep = 1. There x0 = x1 = x at all times, so a prediction of either is x; velocity,
   * noise and score are zero.
   */
  readonly known: "x" | "zero";
}

/** How the value of one field follows from the values of others at the same (t, x, ξ). */
export interface Conversion extends ConversionFacts {
  /** The public function's name, for errors. */
  readonly name: string;
  readonly fields: readonly Field[];
  /** Under ξ: the values at (x, t), from those of the fields. */
  on(xi: Condition): (x: NdArray, t: number, fields: readonly Floats[]) => ArrayLike<number>;
}

/**
 * The field that a conversion makes.
 * @throws (the field) where the conversion is singular, or a field's values are not finite or not of x's
 * shape.
 */
export function converted({ name, singular, fields, known, on }: Conversion): Field {
  return makeField((xi) => {
    const bound = fields.map((field) => bindField(field, xi));
    const values = on(xi);
    const mask = boundMask(xi);
    return async (x, t) => {
      const given: Floats[] = [];
      for (const field of bound) {
        const value = await field(x, t);
        assertShape(value, x.shape, `the values of the field given to ${name}, like x,`);
        if (!allFinite(value.data)) throw expected(`finite values of the field given to ${name}`, "others");
        given.push(value.data);
      }
      const out = zeros(x.shape, x);
      out.data.set(values(x, t, given));
      mask(x)?.blend(known === "x" ? x.data : 0, out.data, out.data);
      if (!allFinite(out.data)) {
        throw new UsageError(`${name} is not defined ${singular}; it was asked for t = ${t}.`);
      }
      return out;
    };
  });
}

function allFinite(values: Floats): boolean {
  let nothing = 0;
  for (let e = 0; e < values.length; e++) nothing += 0 * values[e];
  return nothing === 0;
}
