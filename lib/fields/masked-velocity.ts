import { zeros } from "../array";
import type { Mask } from "../conditions/mask";
import { expected } from "../errors";
import { boundMask } from "./bound-mask";
import { bindField, type Field, makeField } from "./field";

/**
 * The field with zeros where ξ.keep = 1, so that known pixels stay (section 4.1), and unchanged elsewhere. A
 * network built for a mask does this by itself (`maskOutput` in lib/networks); this is for other fields.
 * @throws (the field) when ξ has no mask.
 *
 * @example
 * const coupling = inpainting({ mask: tiles({ grid: 4, p: 0.5 }) });
 * const { x0, xi } = coupling.draw(images, rng(1));
 * const b = masked(({ x }) => x); // any field that moves known pixels too
 * const { data } = await b({ x: x0, t: 0, xi }); // 0 where xi.keep is 1
 */
export function masked(field: Field): Field {
  return makeField((xi) => {
    if (!xi.keep) throw expected("a condition ξ with a mask keep, for a masked field", "one without");
    const bound = bindField(field, xi);
    const mask = boundMask(xi);
    return async (x, t) => {
      const value = await bound(x, t);
      const out = zeros(value.shape, value);
      (mask(value) as Mask).blend(0, value.data, out.data);
      return out;
    };
  });
}
