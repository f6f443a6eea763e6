import { sampleSize } from "../array";
import { maskOf } from "../conditions/mask";
import { described, expected } from "../errors";
import type { FieldInput } from "./field";

/** log ρ_t(x | ξ) of every sample, length n, over the coordinates where ξ.keep ≠ 1. */
export type LogDensity = (at: FieldInput) => Float64Array;

/** @throws unless it is a function, such as `standardNormalLogDensity`. */
export function assertLogDensity(base: unknown): void {
  if (typeof base === "function") return;
  throw expected("a log density as base, such as standardNormalLogDensity", described(base));
}

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
