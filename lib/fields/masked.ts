import { zeros } from "../array";
import { keepSpan } from "../couplings/keep";
import { expected } from "../errors";
import type { Field } from "./field";

/**
 * The field with zeros where ξ.keep = 1, so that known pixels stay (section 4.1); elsewhere it is as it was. A network
 * built for a mask does this by itself; this is for other fields.
 * @throws (the field) when ξ has no mask.
 */
export function masked(field: Field): Field {
  return async (at) => {
    const { keep } = at.xi;
    if (!keep) throw expected("a condition ξ with a mask keep, for a masked field", "one without");
    const value = await field(at);
    const span = keepSpan(keep, value);
    const out = zeros(value.shape, value);
    for (let e = 0; e < out.data.length; e++) {
      if (keep.data[Math.floor(e / span)] !== 1) out.data[e] = value.data[e];
    }
    return out;
  };
}
