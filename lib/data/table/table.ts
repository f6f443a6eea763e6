import { type NdArray, ndarray } from "../../array";
import { advise, assertKnown, choose, expected, option } from "../../errors";
import { sha256 } from "../../files/sha256";
import type { Dataset, Samples } from "../samples";
import { assertSplit, joinedGroups, type OwnSplit, splitByGroup } from "../split";
import { type CellValue, decodeRows, encodeColumns, spreadOf, type TableColumn, widthOf } from "./codec";
import {
  type ColumnKind,
  type ColumnOptions,
  type ReadColumn,
  readColumn,
  type UnusedColumn,
} from "./column";
import type { DateOrder } from "./dates";
import type { Decimal } from "./numbers";
import { type ArqueroTable, type DanfoFrame, type RawTable, readTable, type TableRow } from "./read-table";

/** Options of {@link table}. */
export interface TableOptions {
  /** The columns that x1 holds. Default: all that aren't used otherwise and can be. */
  readonly target?: readonly string[];
  /** The columns that become ξ.embedding: what is known when a row is drawn. Default: none. */
  readonly condition?: readonly string[];
  /** A column whose categories become the labels. Default: none. */
  readonly label?: string;
  /**
   * A column with what may not be on both sides of the split, such as persons. Default: each row is alone, as
   * are those where it is missing.
   */
  readonly group?: string;
  /** What columns are, where their values don't say it: a kind, "ignore", or more; see `ColumnOptions`. */
  readonly columns?: Readonly<Record<string, ColumnKind | "ignore" | ColumnOptions>>;
  /**
   * Texts that mean a missing value. Default: "", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL";
   * these and others where you name some.
   */
  readonly missing?: readonly string[];
  /** Whether "," or "." is decimal, where numbers can be read in both ways. */
  readonly decimal?: Decimal;
  /** Whether day or month comes first in dates such as 01/02/2024. */
  readonly dates?: DateOrder;
  /** Between cells of a text file; default: what stands in its header. */
  readonly delimiter?: string;
  /** Of a text file that isn't UTF-8, such as "windows-1252". */
  readonly encoding?: string;
  /** How rows are held out. Default: a fifth at random for testing. */
  readonly split?: OwnSplit;
  /** Decides the split and the order. Default 1. */
  readonly seed?: number | string;
  /** What reports call the table. Default: the file's name without its ending. */
  readonly name?: string;
  /** What a report says about the table's licence. Default "not stated". */
  readonly licence?: string;
}

/** Rows of a table. */
export interface TableSamples extends Samples {
  /** `[n, d]`; NaN where a value is missing. */
  readonly x: NdArray;
  /** Present where values of the table are missing: 1 where x is known, `[n, d]`. */
  readonly keep?: NdArray;
  /** The rows' numbers in the table, from 0. */
  readonly rows: Int32Array;
}

/** One's own table, and what became of its columns. */
export interface TableDataset extends Dataset {
  /** Rows to learn from, by which columns are standardised. */
  readonly train: TableSamples;
  /** Rows to judge by. */
  readonly test: TableSamples;
  /** Rows to choose settings by; present where `split.validation` is given. */
  readonly validation?: TableSamples;
  /** What the columns became. */
  readonly columns: readonly TableColumn[];
  /** The coordinates of each target column, the first and the one after the last: for masks. */
  readonly spans: readonly (readonly [number, number])[];
  /** Columns that are not used, and why. */
  readonly leftOut: readonly { readonly column: string; readonly note: string }[];
  /** Columns that are used, and what is odd about them. */
  readonly remarks: readonly { readonly column: string; readonly note: string }[];
  /** Rows `[n, d]` of x, such as samples, as values by the names of their columns. */
  decode(x: NdArray): readonly Readonly<Record<string, CellValue>>[];
}

const known = {
  target: true,
  condition: true,
  label: true,
  group: true,
  columns: true,
  missing: true,
  decimal: true,
  dates: true,
  delimiter: true,
  encoding: true,
  split: true,
  seed: true,
  name: true,
  licence: true,
} as const satisfies Record<keyof TableOptions, true>;

const missingTexts = ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL"];

/**
 * One's own table as points x1 `[n, d]`: a CSV, TSV, JSON, JSON-lines, Parquet or Arrow file, a .npy, .npz or
 * IDX file of rows `[n, d]`, whose columns are x1 … xd, an arquero table, a danfojs DataFrame or records.
 * Numbers, dates and ordinal levels become one standardised coordinate each, by the mean and deviation of the
 * rows for training; two categories −1 and 1, more of them one coordinate each. What is missing is NaN in x
 * and 0 in the mask `keep`: `imputation` learns to fill it in. `decode` turns rows back into values. Whatever
 * could be read in two ways is an error that says how to decide it.
 *
 * @example
 * const row = (k: number) => ({ "bill (mm)": k % 7 ? 30 + k : null, sex: k % 2 ? "f" : "m" });
 * const rows = Array.from({ length: 40 }, (_, k) => row(k));
 * const penguins = await table(rows); // or a file, such as "penguins.csv"
 * penguins.columns[0]; // { name: "bill (mm)", kind: "numeric", unit: "mm", mean: 50.1, … }
 * penguins.decode(take(penguins.test, 2).x); // [{ "bill (mm)": 41, sex: "f" }, …]
 * @throws UsageError when there is no such table, or what is asked for doesn't fit it.
 */
export function table(
  source: string | ArqueroTable | DanfoFrame | readonly TableRow[],
  options: TableOptions & { readonly split: { readonly validation: number } },
): Promise<TableDataset & Required<Pick<TableDataset, "validation">>>;
export function table(
  source: string | ArqueroTable | DanfoFrame | readonly TableRow[],
  options?: TableOptions,
): Promise<TableDataset>;
export async function table(
  source: string | ArqueroTable | DanfoFrame | readonly TableRow[],
  options: TableOptions = {},
): Promise<TableDataset> {
  assertKnown(options, known, "table");
  assertSplit(options.split ?? {});
  if (options.decimal !== undefined) choose("decimal", options.decimal, { ".": true, ",": true });
  if (options.dates !== undefined) choose("dates", options.dates, { dmy: true, mdy: true });
  const raw = await readTable(source, options);
  const roles = rolesOf(raw, options);
  const read = (name: string) => readColumn(raw, name, saidOf(options, name), readOptions(options));
  const leftOut: UnusedColumn[] = [...(raw.leftOut ?? [])];
  const usable = (names: readonly string[], asked: boolean) =>
    names.flatMap((name) => {
      const column = read(name);
      if (!("note" in column)) return [column];
      if (asked) throw unusable(raw, column);
      leftOut.push(column);
      return [];
    });
  const label = roles.label === undefined ? undefined : labelColumn(raw, roles.label, read);
  const conditions = usable(roles.condition, true);
  const readTargets = usable(roles.target, options.target !== undefined);

  const rows = splitByGroup(groupsOf(raw, roles.group, readOptions(options).missing), {
    ...options.split,
    seed: options.seed ?? 1,
    source: raw.source,
  });
  const varying = (columns: readonly ReadColumn[], asked: boolean) =>
    columns.filter((column) => {
      if (varies(column, rows.train)) return true;
      const known = new Set(
        rows.train.map((row) => column.values[row]).filter((value) => !Number.isNaN(value)),
      );
      const same =
        rows.train.length === 1
          ? "there is only one row for training"
          : "it has the same value in all rows for training";
      const note = known.size > 1 ? "its numbers differ by too little: use a smaller unit" : same;
      if (asked) throw unusable(raw, { name: column.name, note });
      leftOut.push({ name: column.name, note });
      return false;
    });
  const targets = laidOut(varying(readTargets, options.target !== undefined), "target", rows.train);
  const given = laidOut(varying(conditions, true), "condition", rows.train);
  if (targets.length === 0) {
    const reasons = leftOut.map(({ name, note }) => `"${name}": ${note}`).join("; ");
    throw expected(`columns of ${raw.source} that x1 can hold`, `none${reasons && ` (${reasons})`}`);
  }

  const anyMissing = targets.some(({ column }) => column.missing > 0);
  const samplesOf = (chosen: readonly number[]): TableSamples => {
    const { x, known } = encodeColumns(targets, chosen);
    return Object.freeze({
      x,
      ...(anyMissing && { keep: known }),
      ...(label && { labels: Int32Array.from(chosen, (row) => labelAt(label, row)) }),
      ...(given.length > 0 && { embedding: embeddingOf(given, chosen) }),
      rows: Int32Array.from(chosen),
    });
  };
  const columns = [...targets, ...given].map(({ column }) => column);
  const remarks = [...(label ? [label] : []), ...conditions, ...readTargets].flatMap(({ name, remarks }) =>
    remarks.map((note) => ({ column: name, note })),
  );
  const made = {
    train: samplesOf(rows.train),
    test: samplesOf(rows.test),
    ...(rows.validation && { validation: samplesOf(rows.validation) }),
  };
  const targetColumns = targets.map(({ column }) => column);
  const unused = leftOut.map(({ name, note }) => ({ column: name, note }));
  return Object.freeze({
    name: options.name ?? raw.name,
    classes: Object.freeze([...(label?.levels ?? [])]),
    origin: Object.freeze({
      source: typeof source === "string" ? `the file "${source.replace(/^.*[/\\]/, "")}"` : raw.source,
      licence: options.licence ?? "not stated",
      checksum: checksumOf(columns, Object.values(made)),
      notes: Object.freeze(unused.map(({ column, note }) => `column "${column}" left out: ${note}`)),
    }),
    ...made,
    columns: Object.freeze(columns),
    spans: Object.freeze(targetColumns.map(({ span }) => span)),
    leftOut: Object.freeze(unused),
    remarks: Object.freeze(remarks),
    decode: (x: NdArray) => decodeRows(targetColumns, x),
  });
}

const unusable = ({ source }: RawTable, { name, note }: UnusedColumn) =>
  expected(`a column "${name}" of ${source} that can be used`, `one that can't: ${note}`);

interface Roles {
  readonly target: readonly string[];
  readonly condition: readonly string[];
  readonly label: string | undefined;
  readonly group: string | undefined;
}

/** Which column is for what. @throws when there is no such column, or one is for two things. */
function rolesOf(raw: RawTable, options: TableOptions): Roles {
  const names = Object.fromEntries([...raw.columns.keys()].map((name) => [name, name]));
  const list = (what: string, given: unknown): readonly string[] => {
    if (!Array.isArray(given) || !given.every((name) => typeof name === "string")) {
      throw expected(`a list of columns as ${what}`, JSON.stringify(given));
    }
    return given.map((name) => choose(what, name, names));
  };
  const one = (what: string, given: string | undefined) =>
    given === undefined ? undefined : choose(what, given, names);
  for (const name of Object.keys(options.columns ?? {})) choose("column of columns", name, names);
  const [label, group] = [one("label", options.label), one("group", options.group)];
  const condition = list("condition", options.condition ?? []);
  const ignored = Object.keys(names).filter((name) => options.columns?.[name] === "ignore");
  const taken = [...condition, ...(label ? [label] : []), ...ignored];
  const target =
    options.target === undefined
      ? Object.keys(names).filter((name) => !taken.includes(name) && name !== group)
      : list("target", options.target);
  const used = [...taken, ...(options.target === undefined ? [] : target)];
  const twice = used.find((name, k) => used.indexOf(name) !== k);
  if (twice !== undefined) {
    throw expected("each column for one of target, condition and label, or ignored", `"${twice}" for two`);
  }
  return { target, condition, label, group };
}

function saidOf({ columns = {} }: TableOptions, name: string): ColumnOptions {
  const said = Object.hasOwn(columns, name) ? columns[name] : {};
  return typeof said === "string" ? { kind: said as ColumnKind } : said;
}

export const readOptions = ({ missing = [], decimal, dates }: TableOptions) => ({
  missing: new Set([...missingTexts, ...missing]),
  decimal,
  dates,
});

function labelColumn(
  raw: RawTable,
  name: string,
  read: (name: string) => ReadColumn | UnusedColumn,
): ReadColumn {
  const column = read(name);
  if ("note" in column) throw unusable(raw, column);
  if (column.levels) return column;
  if (column.kind === "date" || !column.whole) {
    throw expected(
      `categories in the label column "${name}" of ${raw.source}`,
      column.kind === "date" ? "dates" : "numbers that aren't whole",
      advise`Where its numbers are names of classes: ${option("columns", { [name]: "categorical" })}.`,
    );
  }
  const numbers = [...new Set(column.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const index = new Map(numbers.map((value, k) => [value, k]));
  return {
    ...column,
    kind: "categorical",
    levels: numbers.map((value) => `${value}`),
    values: column.values.map((value) => index.get(value) ?? Number.NaN),
  };
}

/** −1 where the class is unknown. */
const labelAt = ({ values }: ReadColumn, row: number) => (Number.isNaN(values[row]) ? -1 : values[row]);

function groupsOf(raw: RawTable, group: string | undefined, missing: ReadonlySet<string>): readonly string[] {
  const names = Array.from({ length: raw.rows }, (_, row) => `${row}`);
  if (group === undefined) return joinedGroups(names, []);
  const values = raw.columns.get(group)!.map((value) => {
    const text = value instanceof Date ? value.toISOString() : `${value ?? ""}`.trim();
    return missing.has(text) ? undefined : text;
  });
  return joinedGroups(names, [values]);
}

/** Whether a column has two values or more in these rows. */
function varies({ values }: ReadColumn, rows: readonly number[]): boolean {
  const known = rows.filter((row) => !Number.isNaN(values[row]));
  // Below that, doubles keep too few digits for a deviation.
  return known.some((row) => Math.abs(values[row] - values[known[0]]) > 1e-290);
}

interface LaidOut {
  readonly column: TableColumn;
  readonly values: Float64Array;
}

/** The columns with their coordinates, one after the other. */
function laidOut(
  columns: readonly ReadColumn[],
  role: TableColumn["role"],
  train: readonly number[],
): readonly LaidOut[] {
  let next = 0;
  return columns.map((read) => {
    const span = Object.freeze([next, next + widthOf(read)] as const);
    next = span[1];
    const { name, kind, unit, levels, whole, log, values, decimal, dates } = read;
    const column: TableColumn = Object.freeze({
      name,
      kind,
      ...(unit && { unit }),
      // A unit that stands in the name isn't said twice.
      axis: unit && !name.includes(unit) ? `${name} (${unit})` : name,
      role,
      span,
      ...(levels && { levels: Object.freeze([...levels]) }),
      missing: values.reduce((n, value) => n + (Number.isNaN(value) ? 1 : 0), 0),
      ...(kind !== "categorical" && spreadOf(read, train)),
      ...(log && { log }),
      whole,
      ...(decimal && kind === "numeric" && { decimal }),
      ...(dates && { dates }),
    });
    return { column, values };
  });
}

/** ξ.embedding: the coordinates, 0 where missing, and for each column with missing values whether one is. */
function embeddingOf(given: readonly LaidOut[], rows: readonly number[]): NdArray {
  const { x } = encodeColumns(given, rows);
  const [n, width] = x.shape;
  const gappy = given.filter(({ column }) => column.missing > 0);
  const out = new Float32Array(n * (width + gappy.length));
  for (let i = 0; i < n; i++) {
    const at = i * (width + gappy.length);
    for (let k = 0; k < width; k++)
      out[at + k] = Number.isNaN(x.data[i * width + k]) ? 0 : x.data[i * width + k];
    gappy.forEach(({ values }, k) => {
      out[at + width + k] = Number.isNaN(values[rows[i]]) ? 1 : 0;
    });
  }
  return ndarray([n, width + gappy.length], out);
}

function checksumOf(columns: readonly TableColumn[], splits: readonly TableSamples[]): string {
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return sha256(
    // What follows from the rows: models that were trained before it was kept know the same table.
    JSON.stringify(columns.map(({ range: _, decimal: _mark, dates: _order, ...column }) => column)),
    ...splits.flatMap(({ x, labels, embedding, rows }) => [
      bytes(x.data),
      bytes(rows),
      ...(labels ? [bytes(labels)] : []),
      ...(embedding ? [bytes(embedding.data)] : []),
    ]),
  );
}
