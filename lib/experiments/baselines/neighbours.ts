import { type NdArray, takeRows } from "../../array";
import type { Rng } from "../../random";
import { nearestInTable } from "./nearest-in-table";

/**
 * For each of the settings asked for, `[m, k]`, a random one of the `among` rows whose settings are
 * nearest.
 *
 * @example
 * const table = ndarray([3, 1], [0, 1, 2]);
 * const asked = ndarray([1, 1], [1.9]);
 * neighbours({ settings: table, rows: table, asked, among: 1, rng: rng(0) }).data; // 2
 */
export function neighbours(options: {
  readonly settings: NdArray;
  readonly rows: NdArray;
  readonly asked: NdArray;
  /** Default 5. */
  readonly among?: number;
  readonly rng: Rng;
}): NdArray {
  const { settings, rows, asked, among = 5, rng } = options;
  const taken = Array.from({ length: asked.shape[0] }, (_, i) => {
    const near = nearestInTable(settings, asked, i, { k: among });
    return near[rng.int(near.length)];
  });
  return takeRows(rows, taken);
}
