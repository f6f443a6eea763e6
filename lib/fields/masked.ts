import { zeros } from "../array";
import { maskOn } from "../conditions/mask";
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
    const out = zeros(value.shape, value);
    maskOn(keep, value).blend(0, value.data, out.data);
    return out;
  };
}
