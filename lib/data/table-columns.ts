import { type NdArray, ndarray, zeros } from "../array";
import { expected } from "../errors";

/** What a column of a table holds. */
export interface Column {
  /** What it holds, such as "cement". */
  readonly name: string;
  /** The unit of its numbers, such as "kg/m³". */
  readonly unit: string;
}

/**
 * The rows of `[n, d]` as records by column name, for data frames such as arquero's and danfojs's.
 *
 * @example
 * const columns = [{ name: "age", unit: "d" }, { name: "load", unit: "N" }];
 * tableRecords(ndarray([1, 2], [20, 1.5]), columns); // [{ age: 20, load: 1.5 }]
 * @throws unless there is a name for each column.
 */
export function tableRecords(x: NdArray, columns: readonly Column[]): Record<string, number>[] {
  const [n, d] = x.shape;
  if (columns.length !== d) throw expected(`${d} columns, one for each of the table's`, `${columns.length}`);
  return Array.from({ length: n }, (_, i) =>
    Object.fromEntries(columns.map(({ name }, k) => [name, x.data[i * d + k]])),
  );
}

/**
 * The values of one column of `[n, d]`.
 * @throws when there is no such column.
 */
export function columnOf(x: NdArray, column: number): Float64Array {
  const [n, d] = x.shape;
  if (!(Number.isInteger(column) && column >= 0 && column < d)) {
    throw expected(`a column from 0 to ${d - 1}`, `${column}`);
  }
  return Float64Array.from({ length: n }, (_, i) => x.data[i * d + column]);
}

/**
 * The columns of `[n, d]` numbered `which`, in that order: `[n, which.length]`.
 * @throws when there is no such column.
 */
export function pickColumns(x: NdArray, which: readonly number[]): NdArray {
  const out = zeros([x.shape[0], which.length], x);
  which.forEach((column, k) => {
    columnOf(x, column).forEach((value, i) => {
      out.data[i * which.length + k] = value;
    });
  });
  return out;
}

/** Shifts and scales columns to mean 0 and variance 1. */
export interface Standardiser {
  /** Mean of each column. */
  readonly mean: Float64Array;
  /** Standard deviation of each column; 1 for one that doesn't vary. */
  readonly deviation: Float64Array;
  /** `[n, d]` in standard units. */
  apply(x: NdArray): NdArray;
}

/**
 * The standard units of a table's columns.
 *
 * @example standardiser(ndarray([2, 1], [1, 3])).apply(ndarray([1, 1], [4])).data; // [2]
 * @throws when the table has no rows; `apply` when the number of columns differs.
 */
export function standardiser(x: NdArray): Standardiser {
  const [n, d] = x.shape;
  if (n === 0) throw expected("a table with rows", "one without");
  const [mean, deviation] = [new Float64Array(d), new Float64Array(d)];
  x.data.forEach((value, e) => {
    mean[e % d] += value / n;
  });
  x.data.forEach((value, e) => {
    deviation[e % d] += (value - mean[e % d]) ** 2 / n;
  });
  deviation.forEach((variance, k) => {
    deviation[k] = variance > 0 ? Math.sqrt(variance) : 1;
  });
  return Object.freeze({
    mean,
    deviation,
    apply(table: NdArray) {
      if (table.shape[1] !== d) throw expected(`a table of ${d} columns`, `${table.shape[1]}`);
      const out = Float32Array.from(table.data, (value, e) => (value - mean[e % d]) / deviation[e % d]);
      return ndarray(table.shape, out);
    },
  });
}
