import type { NdArray } from "../array";
import type { Condition } from "../conditions/condition";
import { type Mask, maskOf } from "../conditions/mask";

/** The mask of a ξ that stays the same, where it has one: laid over x once for each shape in turn. */
export function boundMask(xi: Condition): (x: Pick<NdArray, "shape">) => Mask | undefined {
  let last: { readonly shape: string; readonly mask: Mask | undefined } | undefined;
  return (x) => {
    const shape = x.shape.join();
    if (last?.shape !== shape) last = { shape, mask: maskOf(xi, x) };
    return last.mask;
  };
}
