import type { NdArray } from "../../array";
import { expected } from "../../errors";
import { encodeColumns, type TableColumn } from "./codec";
import { readColumn } from "./column";
import { readTable } from "./read-table";
import { readOptions, type TableOptions } from "./table";

/** Rows of another table, as the columns of a first one have them. */
export interface FittedRows {
  /** `[n, d]`; NaN where a value is missing or the table has no such column. */
  readonly x: NdArray;
  /** 1 where x is known, `[n, d]`. */
  readonly keep: NdArray;
  /** The rows as they were given, by the names of their columns. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Columns that the first table has and this one lacks. */
  readonly absent: readonly string[];
}

/**
 * Reads a further table with the columns of one that was read before: the same kinds, levels, means and
 * deviations; what could be read in two ways is read as it was there. Columns that it lacks are missing in
 * all rows; others that it has stay in `rows`.
 * @throws UsageError when it can't be read, has none of the columns, or a value doesn't fit its column.
 */
export async function fitRows(
  source: Parameters<typeof readTable>[0],
  columns: readonly TableColumn[],
  options: Pick<TableOptions, "missing" | "decimal" | "dates"> = {},
): Promise<FittedRows> {
  const raw = await readTable(source);
  const absent = columns.filter(({ name }) => !raw.columns.has(name)).map(({ name }) => name);
  if (absent.length === columns.length) {
    throw expected(
      `one of the columns ${absent.slice(0, 8).join(", ")}${absent.length > 8 ? ", …" : ""} in ${raw.source}`,
      [...raw.columns.keys()].slice(0, 8).join(", "),
    );
  }
  const nothing = new Float64Array(raw.rows).fill(Number.NaN);
  const values = (column: TableColumn) => {
    const { name, kind, levels, log, decimal, dates } = column;
    if (absent.includes(name)) return nothing;
    const said = { kind, ...(levels && { levels }), ...(log && { log }) };
    const read = readColumn(raw, name, said, { ...readOptions(options), usual: { decimal, dates } });
    return "note" in read ? nothing : read.values;
  };
  const all = Array.from({ length: raw.rows }, (_, row) => row);
  const { x, known } = encodeColumns(
    columns.map((column) => ({ column, values: values(column) })),
    all,
  );
  const rows = all.map((row) =>
    Object.fromEntries([...raw.columns].map(([name, cells]) => [name, cells[row]])),
  );
  return Object.freeze({ x, keep: known, rows, absent });
}
