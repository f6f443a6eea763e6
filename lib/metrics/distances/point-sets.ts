import type { NdArray } from "../../array";
import { expected } from "../../errors";

/** @throws unless both sets have at least one point and all are finite. */
export function assertPointSets(a: NdArray, b: NdArray): void {
  if (a.data.length === 0 || b.data.length === 0) throw expected("one point or more in each set", "none");
  for (const { data } of [a, b]) {
    if (!data.every(Number.isFinite)) throw expected("finite points", "one that is not");
  }
}
