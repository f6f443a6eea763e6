import type { AffineVelocity } from "../interpolants/affine-velocity";
import { converted } from "./converted";
import type { Field } from "./field";

/**
 * b = b_affine + s_t F, where F is what a network trained by `restLoss` gives; zero on known pixels.
 * @throws (the field) where F's values are not finite, or γ̇ is infinite.
 */
export function velocityFromRest(rest: Field, affine: AffineVelocity): Field {
  return converted({
    name: "velocityFromRest",
    known: "zero",
    singular: "where γ̇ is infinite",
    fields: [rest],
    on:
      () =>
      (x, t, [given]) => {
        const { slope, offset, rest: scale } = affine.at(t);
        const size = slope.length;
        return Float64Array.from(
          given,
          (value, k) => slope[k % size] * x.data[k] + offset[k % size] + scale * value,
        );
      },
  });
}
