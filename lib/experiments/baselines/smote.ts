import { type NdArray, zeros } from "../../array";
import { standardiser } from "../../data/table-columns";
import { expected } from "../../errors";
import type { Rng } from "../../random";
import { nearestRows } from "./nearest-rows";

/** Options of {@link smote}. */
export interface SmoteOptions {
  /** Rows `[m, d]` to make others from. */
  readonly x: NdArray;
  /** How many rows to make. */
  readonly n: number;
  /** Default 5, as in the paper, or all others where there are fewer. */
  readonly neighbours?: number;
  /** Source of the rows to interpolate between, and of the places between them. */
  readonly rng: Rng;
}

/**
 * SMOTE (Chawla et al., 2002): each new row lies at a random place on the line from a random row to one of
 * its nearest neighbours, in standard units of the columns. To make rows of one class, give rows of that
 * class; of a table with an outcome among its columns, the outcome is interpolated, too.
 *
 * @example smote({ x: rng(0).normals([20, 2]), n: 100, rng: rng(1) }).shape; // [100, 2]
 * @throws when there are fewer than two rows.
 */
export function smote({ x, n, neighbours = 5, rng }: SmoteOptions): NdArray {
  const [m, d] = x.shape;
  if (m < 2) throw expected("two or more rows for SMOTE", `${m}`);
  const scaled = standardiser(x).apply(x);
  const near = new Map<number, Int32Array>();
  const out = zeros([n, d], x);
  for (let i = 0; i < n; i++) {
    const row = rng.int(m);
    const others =
      near.get(row) ?? nearestRows(scaled, scaled, row, { k: Math.min(neighbours, m - 1), without: row });
    near.set(row, others);
    const other = others[rng.int(others.length)];
    const share = rng.uniform();
    for (let k = 0; k < d; k++) {
      const from = x.data[row * d + k];
      out.data[i * d + k] = from + share * (x.data[other * d + k] - from);
    }
  }
  return out;
}
