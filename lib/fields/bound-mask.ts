import type { NdArray } from "../array";
import type { Condition } from "../conditions/condition";
import { type Mask, maskOf } from "../conditions/mask";

/** The mask of a fixed ξ, if it has one, broadcast to x: again only when x's shape changes. */
export function boundMask(xi: Condition): (x: Pick<NdArray, "shape">) => Mask | undefined {
  let last: { readonly shape: string; readonly mask: Mask | undefined } | undefined;
  return (x) => {
    const shape = x.shape.join();
    if (last?.shape !== shape) last = { shape, mask: maskOf(xi, x) };
    return last.mask;
  };
}
