import { sampleSize } from "../array";
import { maskOf } from "../conditions/mask";
import type { FieldInput } from "./field";

/** log ρ_t(x | ξ) of every sample, length n, over the coordinates where ξ.keep ≠ 1. */
export type LogDensity = (at: FieldInput) => Float64Array;

/**
 * log N(x; 0, I): the usual base. Known coordinates, where ξ.keep = 1, are left out.
 *
 * @example standardNormalLogDensity({ x: ndarray([1, 2], [0, 0]), t: 0, xi: {} }); // [−log 2π]
 */
export const standardNormalLogDensity: LogDensity = ({ x, xi }) => {
  const size = sampleSize(x);
  const known = maskOf(xi, x)?.known;
  const out = new Float64Array(x.shape[0]);
  for (let e = 0; e < x.data.length; e++) {
    if (known?.[e] === 1) continue;
    out[Math.floor(e / size)] -= (x.data[e] * x.data[e] + Math.log(2 * Math.PI)) / 2;
  }
  return out;
};
