import type { NdArray } from "../../array";
import { type CellValue, decodeCell, type TableColumn } from "./codec";

/** Known values of a column that lie far outside what the rows for training had. */
export interface FarValues {
  /** The column's name. */
  readonly column: string;
  /** The rows of x that hold them, from the farthest. */
  readonly rows: readonly number[];
  /** The least and the greatest value in the rows for training. */
  readonly seen: readonly [low: CellValue, high: CellValue];
}

/** How far, in widths of the range, a value may lie outside it before it counts as far. */
const margin = 0.5;

/**
 * Columns of rows `[n, d]` in which known values lie outside the range of the rows for training by more than
 * half of its width: of logarithms, days or levels' places where the column has these. Columns of
 * categories have no range, nor do those of models that were trained before it was kept.
 */
export function farValues(
  columns: readonly TableColumn[],
  { x, keep }: { readonly x: NdArray; readonly keep: NdArray },
): readonly FarValues[] {
  const [n, width] = x.shape;
  return columns.flatMap((column) => {
    const { name, range, mean = 0, deviation = 1, span } = column;
    if (!range) return [];
    const [low, high] = range.map((value) => (value - mean) / deviation);
    const outside = Array.from({ length: n }, (_, row) => {
      const e = row * width + span[0];
      const value = x.data[e];
      return { row, by: keep.data[e] === 1 ? Math.max(low - value, value - high) : 0 };
    });
    const far = outside.filter(({ by }) => by > margin * (high - low)).sort((a, b) => b.by - a.by);
    if (far.length === 0) return [];
    const decoded = (coordinate: number) => {
      const row = new Float64Array(span[1]);
      row[span[0]] = coordinate;
      return decodeCell(column, row);
    };
    return [
      Object.freeze({
        column: name,
        rows: Object.freeze(far.map(({ row }) => row)),
        seen: Object.freeze([decoded(low), decoded(high)] as const),
      }),
    ];
  });
}
