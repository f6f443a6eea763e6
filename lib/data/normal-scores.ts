import { type NdArray, zeros } from "../array";
import { assertFinite, expected } from "../errors";
import type { Rng } from "../random";
import { countBelow } from "../statistics/count-below";
import { meanOf } from "../statistics/mean";
import { normalCdf, normalQuantile } from "../statistics/normal";
import { columnOf } from "./table-columns";

/** A map between a table's own units and columns that are N(0, 1) each. */
export interface NormalScores {
  /**
   * The scores of rows `[n, d]`. Among equal values, such as the zeros of an ingredient that most recipes
   * lack, a random rank is drawn. A value beyond all of the table's goes on linearly from the last one, at
   * one standard deviation a unit, so that it stays recognisable.
   */
  forward(x: NdArray, rng: Rng): NdArray;
  /** The rows of scores: each cell is a value that the table has in that column. */
  backward(z: NdArray): NdArray;
}

/**
 * Normal scores of each column: Φ⁻¹ of the rank. They are the marginals of a Gaussian copula; what is left
 * to model is how columns hang together. `backward(forward(x))` is x where the table has these values.
 *
 * @example
 * const scores = normalScores(data.x);
 * const z = scores.forward(data.x, rng(0)); // columns are N(0, 1), whatever they were
 * scores.backward(z); // data.x
 * @throws when a table has fewer than two rows, a number isn't finite, or a later one has other columns.
 */
export function normalScores(table: NdArray): NormalScores {
  const [n, d] = table.shape;
  if (n < 2) throw expected("a table of two or more rows", `${n}`);
  assertFinite(table.data, "finite numbers in a table");
  const columns = Array.from({ length: d }, (_, k) => {
    const sorted = columnOf(table, k).sort();
    const mean = meanOf(sorted);
    const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
    return { sorted, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
  });
  const end = normalQuantile(1 - 0.5 / n);
  const each = (
    x: NdArray,
    what: string,
    value: (cell: number, column: (typeof columns)[number]) => number,
  ) => {
    if (x.shape.length !== 2 || x.shape[1] !== d) {
      throw expected(`a table of shape [any, ${d}]`, `[${x.shape.join(", ")}]`);
    }
    assertFinite(x.data, what);
    const out = zeros(x.shape, x);
    for (let e = 0; e < out.data.length; e++) out.data[e] = value(x.data[e], columns[e % d]);
    return out;
  };
  return Object.freeze({
    forward: (x: NdArray, rng: Rng) =>
      each(x, "finite numbers in a table", (cell, { sorted, deviation }) => {
        const share = rng.uniform();
        if (cell < sorted[0]) return -end + (cell - sorted[0]) / deviation;
        if (cell > sorted[n - 1]) return end + (cell - sorted[n - 1]) / deviation;
        const [first, last] = [countBelow(sorted, cell), countBelow(sorted, cell, true)];
        // Kept off the very ends of its ranks, so that rounding to float32 can't carry it to a neighbour.
        const rank = first + (last - first) * (0.01 + 0.98 * share);
        return Math.min(end, Math.max(-end, normalQuantile(rank / n)));
      }),
    backward: (z: NdArray) =>
      each(
        z,
        "finite scores",
        (score, { sorted }) => sorted[Math.min(n - 1, Math.floor(normalCdf(score) * n))],
      ),
  });
}
