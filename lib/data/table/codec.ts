import { assertShape, type NdArray, ndarray } from "../../array";
import { meanOf } from "../../statistics/mean";
import type { ColumnKind, ReadColumn } from "./column";

/** A value of a column as one reads it; null where it is missing. Dates are texts as in ISO 8601. */
export type CellValue = number | string | null;

/** A column of a data set, and the coordinates that it became. */
export interface TableColumn {
  /** Its name in the table. */
  readonly name: string;
  /** How its values were read. */
  readonly kind: ColumnKind;
  /** Such as "cm"; absent where none is known. */
  readonly unit?: string;
  /** Its name with its unit, for an axis: "height (cm)". */
  readonly axis: string;
  /** What it is in the data set: part of x, or of ξ.embedding. */
  readonly role: "target" | "condition";
  /** The first of its coordinates, and the one after its last. */
  readonly span: readonly [number, number];
  /** Of categorical and ordinal columns. */
  readonly levels?: readonly string[];
  /** Rows without a value. */
  readonly missing: number;
  /**
   * Of numeric, ordinal and date columns: a coordinate is (v − mean) / deviation of the value v, its
   * logarithm, the index of its level, or its days since 1970; both by the rows for training.
   */
  readonly mean?: number;
  /** The standard deviation that belongs to `mean`. */
  readonly deviation?: number;
  /** The least and the greatest of what `mean` is the mean of, in the rows for training. */
  readonly range?: readonly [low: number, high: number];
  /** Whether the logarithm of its numbers stands in their place. */
  readonly log?: boolean;
  /** Whether all values are whole: decoded ones are rounded. */
  readonly whole: boolean;
  /** What is decimal in the table's numbers, where these are texts that show it. */
  readonly decimal?: "." | ",";
  /** Whether day or month comes first in the table's dates, where these show it. */
  readonly dates?: "dmy" | "mdy";
}

const DAY = 86_400_000;

/** The value that is standardised. */
const measured = ({ kind, log }: Pick<ReadColumn, "kind" | "log">, value: number): number =>
  kind === "date" ? value / DAY : log ? Math.log(value) : value;

/** Coordinates of a column: one, or one for each of more than two categories. */
export const widthOf = ({ kind, levels }: Pick<ReadColumn, "kind" | "levels">): number =>
  kind === "categorical" && levels!.length > 2 ? levels!.length : 1;

/** The mean, the standard deviation and the range of a column's known values in these rows. */
export function spreadOf(
  column: ReadColumn,
  rows: readonly number[],
): Required<Pick<TableColumn, "mean" | "deviation" | "range">> {
  const known = rows
    .map((row) => measured(column, column.values[row]))
    .filter((value) => !Number.isNaN(value));
  const usual = meanOf(known);
  const mean = Number.isFinite(usual) ? usual : known.reduce((sum, value) => sum + value / known.length, 0);
  // In units of the largest deviation, whose square may be too small or too large for a number.
  const unit = known.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  const squares = known.reduce((sum, value) => sum + ((value - mean) / unit) ** 2, 0);
  const range = known.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  return {
    mean,
    deviation: unit === 0 ? 0 : unit * Math.sqrt(squares / known.length),
    range: Object.freeze(range),
  };
}

/** Writes the coordinates of a value into a row; NaN for a missing one. */
function encodeCell(column: TableColumn, value: number, row: NdArray["data"]): void {
  const [first, end] = column.span;
  if (Number.isNaN(value)) row.fill(Number.NaN, first, end);
  else if (column.kind !== "categorical") {
    const { kind, log = false, mean = 0, deviation = 1 } = column;
    row[first] = (measured({ kind, log }, value) - mean) / deviation;
  } else if (end === first + 1) row[first] = 2 * value - 1;
  else for (let k = first; k < end; k++) row[k] = k - first === value ? 1 : -1;
}

/** The value of a column's coordinates in a row: the nearest level, or the number or date itself. */
export function decodeCell(column: TableColumn, row: NdArray["data"]): CellValue {
  const { kind, span, levels = [], mean = 0, deviation = 1, log, whole } = column;
  const [first, end] = span;
  for (let k = first; k < end; k++) if (Number.isNaN(row[k])) return null;
  if (kind === "categorical") {
    if (end === first + 1) return levels[row[first] > 0 ? 1 : 0];
    let best = first;
    for (let k = first + 1; k < end; k++) if (row[k] > row[best]) best = k;
    return levels[best - first];
  }
  const value = mean + deviation * row[first];
  if (kind === "ordinal") return levels[Math.min(levels.length - 1, Math.max(0, Math.round(value)))];
  if (kind === "date") return dateText(value, whole);
  const number = log ? Math.exp(value) : value;
  if (whole) return Math.round(number);
  // Half a unit in the last place of the coordinate, and the rounding of this sum.
  const error = 2 ** -24 * Math.abs(deviation * row[first]) + 2 ** -50 * (Math.abs(mean) + deviation);
  return shortest(number, log ? number * error : error);
}

/** The number of fewest digits that can't be told from this one: 25.4, not 25.399991, as float32 has it. */
function shortest(value: number, error: number): number {
  for (let digits = 1; digits < 17; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.abs(candidate - value) <= error) return candidate;
  }
  return value;
}

function dateText(days: number, whole: boolean): string | null {
  // Beyond these there are no dates in JavaScript.
  const bounded = Math.min(1e8, Math.max(-1e8, whole ? Math.round(days) : days));
  const text = new Date(Math.round(bounded * DAY)).toISOString();
  return whole ? text.replace("T00:00:00.000Z", "") : text;
}

/**
 * Rows of coordinates as values by the names of their columns: the inverse of what the table became. What is
 * NaN is missing.
 */
export function decodeRows(
  columns: readonly TableColumn[],
  x: NdArray,
): readonly Readonly<Record<string, CellValue>>[] {
  const width = Math.max(0, ...columns.map(({ span }) => span[1]));
  assertShape(x, [-1, width], "rows of the table");
  return Array.from({ length: x.shape[0] }, (_, i) => {
    const row = x.data.subarray(i * width, (i + 1) * width);
    return Object.freeze(Object.fromEntries(columns.map((column) => [column.name, decodeCell(column, row)])));
  });
}

/** Values of columns `[n, width]`, in float32, and where they are known. */
export function encodeColumns(
  columns: readonly { readonly column: TableColumn; readonly values: Float64Array }[],
  rows: readonly number[],
): { readonly x: NdArray; readonly known: NdArray; readonly complete: boolean } {
  const width = Math.max(0, ...columns.map(({ column }) => column.span[1]));
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    const into = data.subarray(i * width, (i + 1) * width);
    for (const { column, values } of columns) encodeCell(column, values[row], into);
  });
  const known = data.map((value) => (Number.isNaN(value) ? 0 : 1));
  return {
    x: ndarray([rows.length, width], data),
    known: ndarray([rows.length, width], known),
    complete: !known.includes(0),
  };
}
