import { type NdArray, takeRows } from "../../array";

/** Each row so many times, one after the other. */
export function repeatRows(x: NdArray, times: number): NdArray {
  if (times === 1) return x;
  const rows = Int32Array.from({ length: x.shape[0] * times }, (_, k) => Math.floor(k / times));
  return takeRows(x, rows);
}
