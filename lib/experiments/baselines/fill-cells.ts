import { assertShape, type NdArray, ndarray, zeros } from "../../array";
import { columnOf, pickColumns, standardiser } from "../../data/table-columns";
import { expected } from "../../errors";
import type { Rng } from "../../random";
import { extraTrees, type RowPredictor } from "./extra-trees";
import { nearestInTable } from "./nearest-in-table";

/** Fills cells of rows `[n, d]` where keep isn't 1; the others stay as they are, to the bit. */
export type CellFiller = (x: NdArray, keep: NdArray) => NdArray;

/**
 * Fills cells with the means of the table's columns, over the rows where they are known: NaN is not.
 * @throws when a column has no known value.
 */
export function meanFiller(table: NdArray): CellFiller {
  const d = table.shape[1];
  const [mean, known] = [new Float64Array(d), new Int32Array(d)];
  table.data.forEach((value, e) => {
    if (!Number.isNaN(value)) known[e % d]++;
  });
  const empty = known.indexOf(0);
  if (empty >= 0) throw expected("a table with a known value in each column", `none in column ${empty}`);
  table.data.forEach((value, e) => {
    if (!Number.isNaN(value)) mean[e % d] += value / known[e % d];
  });
  return (x, keep) => filled(x, keep, (_, column) => mean[column], d);
}

/**
 * Fills cells with the means over the k rows of the table that are nearest in the known cells, in standard
 * units (Troyanskaya et al., 2001). Of a row without known cells: over the first k rows. A table of fewer
 * rows gives all of its own.
 * @throws unless k is a whole number of 1 or more.
 */
export function nearestFiller(table: NdArray, { k }: { readonly k: number }): CellFiller {
  if (!(Number.isInteger(k) && k >= 1)) throw expected("k of 1 nearest row or more", `${k}`);
  const d = table.shape[1];
  const units = standardiser(table);
  const scaled = units.apply(table);
  return (x, keep) => {
    const asked = units.apply(x);
    const rows = new Map<number, Int32Array>();
    const rowsFor = (i: number) => {
      const uses = (column: number) => keep.data[i * d + column] === 1;
      const found = rows.get(i) ?? nearestInTable(scaled, asked, i, { k, uses });
      rows.set(i, found);
      return found;
    };
    const meanOf = (found: Int32Array, column: number) =>
      found.reduce((sum, row) => sum + table.data[row * d + column], 0) / found.length;
    return filled(x, keep, (i, column) => meanOf(rowsFor(i), column), d);
  };
}

/**
 * `nearestFiller` with the k of `among` that fills random cells of the table's second half best from its
 * first.
 * @throws when there are fewer than two rows, or `among` is empty or has a k that isn't a whole number of 1
 * or more.
 */
export function tunedNearestFiller(
  table: NdArray,
  options: { readonly among: readonly number[]; readonly missing: number; readonly rng: Rng },
): { readonly fill: CellFiller; readonly k: number } {
  const { among, missing, rng } = options;
  const [n, d] = table.shape;
  if (n < 2) throw expected("a table of two or more rows", `${n}`);
  if (among.length === 0) throw expected("one k or more to choose from", "none");
  const half = n >> 1;
  const part = (from: number, to: number) => ndarray([to - from, d], table.data.slice(from * d, to * d));
  const [first, second] = [part(0, half), part(half, n)];
  const keep = zeros(second.shape);
  keep.data.forEach((_, e) => {
    keep.data[e] = rng.uniform() < missing ? 0 : 1;
  });
  const { deviation } = standardiser(table);
  const errorOf = (k: number) => {
    let sum = 0;
    nearestFiller(first, { k })(second, keep).data.forEach((value, e) => {
      sum += ((value - second.data[e]) / deviation[e % d]) ** 2;
    });
    return sum;
  };
  const errors = among.map(errorOf);
  const k = among[errors.indexOf(Math.min(...errors))];
  return Object.freeze({ fill: nearestFiller(table, { k }), k });
}

/**
 * Fills cells column by column with trees that know all other columns, starting from means, and repeats it
 * (Stekhoven and Bühlmann, 2012, whose trees are those of random forests). The trees are fitted to the
 * table.
 */
export function treeFiller(
  table: NdArray,
  options: { readonly rounds?: number; readonly trees?: number; readonly rng: Rng },
): CellFiller {
  const { rounds = 4, trees = 30, rng } = options;
  const d = table.shape[1];
  const others = (column: number) => Array.from({ length: d }, (_, c) => c).filter((c) => c !== column);
  const predictors: RowPredictor[] = Array.from({ length: d }, (_, column) =>
    extraTrees({
      x: pickColumns(table, others(column)),
      y: columnOf(table, column),
      trees,
      rng: rng.fork("column", column),
    }),
  );
  const start = meanFiller(table);
  return (x, keep) => {
    let now = start(x, keep);
    for (let round = 0; round < rounds; round++) {
      for (let column = 0; column < d; column++) {
        const guess = predictors[column](pickColumns(now, others(column)));
        now = filled(now, keep, (i, c) => (c === column ? guess[i] : now.data[i * d + c]), d);
      }
    }
    return now;
  };
}

function filled(
  x: NdArray,
  keep: NdArray,
  value: (row: number, column: number) => number,
  d: number,
): NdArray {
  assertShape(x, [-1, d], "rows to fill");
  assertShape(keep, x.shape, "the mask of known cells");
  const out = zeros(x.shape, x);
  out.data.set(x.data);
  keep.data.forEach((known, e) => {
    if (known !== 1) out.data[e] = value(Math.floor(e / d), e % d);
  });
  return out;
}
