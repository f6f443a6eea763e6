import { assertShape, type NdArray } from "../array";
import { assertFinite, expected } from "../errors";

/** For each of some points, which of others is the nearest, and its squared distance. */
export interface NearestRows {
  /** The row of the nearest, for each point. */
  readonly rows: Int32Array;
  /** The squared distance to it. */
  readonly squared: Float64Array;
}

/**
 * For each point `[n, d]`, the row of `among` `[m, d]` that is nearest to it; of equally near ones the first.
 * Time grows as n m d at most: a distance is given up once it exceeds the least so far.
 *
 * @example
 * const { rows } = nearestRows(pairs.x0, data.x);
 * takeRows(data.x, rows); // for each base point, the data point that is nearest to it
 * @throws when `among` is empty, dimensions differ, or a number isn't finite.
 */
export function nearestRows(points: NdArray, among: NdArray): NearestRows {
  assertShape(among, [-1, -1], "points to choose from");
  const [m, d] = among.shape;
  assertShape(points, [-1, d], "points, like those to choose from,");
  if (m === 0) throw expected("at least one point to choose from", "none");
  const [own, others] = [points.data, among.data];
  for (const data of [own, others]) assertFinite(data, "finite points");
  const n = points.shape[0];
  const rows = new Int32Array(n);
  const squared = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0, p = i * d, q = j * d; k < d && sum < squared[i]; k++)
        sum += (own[p + k] - others[q + k]) ** 2;
      if (sum < squared[i]) {
        squared[i] = sum;
        rows[i] = j;
      }
    }
  }
  return Object.freeze({ rows, squared });
}
