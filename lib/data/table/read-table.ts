import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { choose, expected, UsageError } from "../../errors";
import { readBytes } from "../../files/read-bytes";
import { decodeText, parseDelimited } from "../../formats/delimited";
import type { NumberArray } from "../../formats/numbers-file";
import { arrayPath, decodeArrays, isArrays } from "../arrays/read-array";
import { promisedFormat } from "../images/sniff";

/** The part of an arquero table that is used here. */
export interface ArqueroTable {
  /** The columns, in their order. */
  columnNames(): string[];
  /** How many rows there are, those that are filtered out not counted. */
  numRows(): number;
  /** A cell, by its column and its row, from 0. */
  get(name: string, row: number): unknown;
}

/** The part of a danfojs DataFrame that is used here. */
export interface DanfoFrame {
  /** Names of the columns. */
  readonly columns: string[];
  /** Rows and columns. */
  readonly shape: readonly number[];
  /** The type of each column. */
  readonly dtypes: string[];
  /** The cells, row by row. */
  readonly values: unknown;
}

/** Rows by the names of their columns. */
export type TableRow = Readonly<Record<string, unknown>>;

/** A table as it was given: values of any kind, column by column. */
export interface RawTable {
  /** What errors call it, such as its path in quotes. */
  readonly source: string;
  /** A short name, such as the file's without its ending. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, readonly unknown[]>;
  readonly rows: number;
  /** What is passed over, and why. */
  readonly leftOut?: readonly { readonly name: string; readonly note: string }[];
  /** Where a row is for those who look for it: "on line 7". */
  place(row: number): string;
}

export interface ReadTableOptions {
  readonly delimiter?: string;
  readonly encoding?: string;
}

/** What kind of file it is, by its content. */
type Kind = "parquet" | "arrow" | "arrays" | "json" | "lines" | "text";

/**
 * Reads a table: a CSV, TSV, JSON, JSON-lines, Parquet or Arrow file, told by its content and perhaps
 * compressed by gzip; an arquero table, a danfojs DataFrame, or an array of records. Of .npy,
 * .npz and IDX files each array is a column, or so many columns.
 * @throws UsageError where it is none of these, damaged, or without rows or columns.
 */
export async function readTable(table: unknown, options: ReadTableOptions = {}): Promise<RawTable> {
  const raw = typeof table === "string" ? await readTableFile(table, options) : fromObject(table);
  if (raw.columns.size === 0) throw expected(`columns in ${raw.source}`, "none");
  if (raw.rows === 0) throw expected(`rows in ${raw.source}`, "none");
  return raw;
}

async function readTableFile(given: string, options: ReadTableOptions): Promise<RawTable> {
  const { file, inside } = arrayPath(given);
  const source = `"${given}"`;
  const bytes = readBytes(file, "the path of a table");
  if (bytes.length === 0) throw expected(`a table in ${source}`, "an empty file");
  const name = file.replace(/^.*[/\\]/, "").replace(/(\.[^.]+)?(\.gz)?$/, "");
  const read: Record<Kind, () => RawTable | Promise<RawTable>> = {
    parquet: () => parquet(bytes, source, name),
    arrow: () => arrow(bytes, source, name),
    arrays: () => fromArrays(decodeArrays(bytes, source), { source, name, inside }),
    json: () => fromJson(decodeText(bytes, source, options.encoding), source, name),
    lines: () => fromLines(decodeText(bytes, source, options.encoding), source, name),
    text: () => fromText(decodeText(bytes, source, options.encoding), { ...options, source, name }),
  };
  const kind = kindOf(bytes, source);
  const promise = /\.np[yz](?:\.gz)?$/i.test(file) ? "NumPy" : promisedFormat(file);
  if (promise !== undefined && promise !== "raw" && ["json", "lines", "text"].includes(kind)) {
    const what = promise === "NumPy" ? "an array of NumPy" : `a picture (${promise})`;
    throw expected(
      `${what} in ${source}, as its name says`,
      "a text",
      "Put back the file that belongs there; a table needs another name, such as one that ends in .csv.",
    );
  }
  return read[kind]();
}

function kindOf(bytes: Buffer, source: string): Kind {
  const start = bytes.toString("latin1", 0, 8);
  if (start.startsWith("PAR1")) return "parquet";
  if (start.startsWith("ARROW1") || start.startsWith("\xff\xff\xff\xff")) return "arrow";
  if (isArrays(bytes)) return "arrays";
  if (start.startsWith("PK\x03\x04")) throw unread(source, "a spreadsheet or an archive");
  if (start.startsWith("\xd0\xcf\x11\xe0")) throw unread(source, "an old spreadsheet");
  if (start.startsWith("%PDF")) throw unread(source, "a PDF");
  if (start.startsWith("SQLite")) throw unread(source, "a database");
  if (/^(?:\x89PNG|\xff\xd8\xff|GIF8)/.test(start))
    throw unread(source, "a picture", "Pictures are read by their folder: pass that.");
  const text = bytes
    .toString("latin1", 0, 1000)
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart();
  if (/^<[!?a-z]/i.test(text)) throw unread(source, "a page of HTML or XML");
  if (text.startsWith("[")) return "json";
  return text.startsWith("{") ? "lines" : "text";
}

const unread = (
  source: string,
  what: string,
  advice = "Save the table as CSV (UTF-8) and pass that.",
): UsageError => expected(`CSV, TSV, JSON lines, Parquet, Arrow or NumPy arrays in ${source}`, what, advice);

/** Arrays `[n]` or `[n, d]` as columns: x, or x1 … xd, by the name of each; of a single file "x". */
function fromArrays(
  arrays: Readonly<Record<string, NumberArray>>,
  { source, name, inside }: Pick<RawTable, "source" | "name"> & { readonly inside?: string },
): RawTable {
  const used = inside === undefined ? arrays : { [inside]: choose(`array of ${source}`, inside, arrays) };
  const columns = new Map<string, readonly number[]>();
  const entries = Object.entries(used);
  const [first] = entries;
  for (const [array, { shape }] of entries) {
    const called = array === "" ? source : `the array ${array} of ${source}`;
    if (shape.length < 1 || shape.length > 2) {
      throw expected(
        `rows of shape [n] or [n, d] in ${called}`,
        `[${shape.join(", ")}]`,
        shape.length > 2 ? "Images are read by `arrays`." : "",
      );
    }
    if (shape[0] !== first[1].shape[0]) {
      throw expected(`${first[1].shape[0]} rows in ${called}, as in ${first[0]}`, `${shape[0]}`);
    }
  }
  for (const [array, { shape, data }] of entries) {
    const [n, d = 1] = shape;
    const label = array === "" ? "x" : array;
    for (let k = 0; k < d; k++) {
      const column = shape.length === 1 ? label : `${label}${k + 1}`;
      if (columns.has(column)) throw expected(`columns of different names in ${source}`, `${column} twice`);
      columns.set(
        column,
        Array.from({ length: n }, (_, i) => data[i * d + k]),
      );
    }
  }
  return { source, name, columns, rows: first[1].shape[0], place: rowPlace };
}

function fromText(
  text: string,
  { source, name, delimiter }: ReadTableOptions & { readonly source: string; readonly name: string },
): RawTable {
  const { header, rows, lines, rowNames } = parseDelimited(text, { source, delimiter });
  return {
    source,
    name,
    rows: rows.length,
    columns: new Map(header.map((column, k) => [column, rows.map((cells) => cells[k])])),
    ...(rowNames && {
      leftOut: [{ name: "(the first)", note: "it has no name, and is taken as the names of the rows" }],
    }),
    place: (row) => `on line ${lines[row]}`,
  };
}

function fromLines(text: string, source: string, name: string): RawTable {
  const lines = text.split(/\r\n|\n/).map((line, k) => ({ line, number: k + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== "");
  const records = filled.map(({ line, number }) => {
    const value = parsed(line, `line ${number} of ${source}`);
    if (isRecord(value)) return value;
    throw expected(`an object on line ${number} of ${source}`, line.slice(0, 40));
  });
  return fromRecords(records, { source, name, place: (row) => `on line ${filled[row].number}` });
}

function fromJson(text: string, source: string, name: string): RawTable {
  const value = parsed(text, source);
  if (Array.isArray(value) && value.every(isRecord)) return fromRecords(value, { source, name });
  throw expected(`an array of objects in ${source}`, "other JSON");
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Expected JSON in ${what}, but it can't be parsed: ${(error as Error).message}.`);
  }
}

const isRecord = (value: unknown): value is TableRow =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const rowPlace = (row: number) => `in row ${row + 1}`;

function fromRecords(
  records: readonly TableRow[],
  { source, name, place = rowPlace }: Pick<RawTable, "source" | "name"> & Partial<Pick<RawTable, "place">>,
): RawTable {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const columns = new Map(
    names.map((column) => [
      column,
      records.map((record) => (Object.hasOwn(record, column) ? record[column] : undefined)),
    ]),
  );
  return { source, name, columns, rows: records.length, place };
}

function fromObject(table: unknown): RawTable {
  const arquero = table as Partial<ArqueroTable> | null | undefined;
  if (typeof arquero?.columnNames === "function" && typeof arquero.numRows === "function") {
    const { columnNames, numRows, get } = table as ArqueroTable;
    const rows = numRows.call(table);
    const columns = new Map(
      columnNames
        .call(table)
        .map((name) => [name, Array.from({ length: rows }, (_, row) => get.call(table, name, row))]),
    );
    return { source: "the arquero table", name: "table", columns, rows, place: rowPlace };
  }
  const danfo = (table ?? {}) as Partial<DanfoFrame>;
  if (Array.isArray(danfo.columns) && Array.isArray(danfo.shape) && Array.isArray(danfo.values)) {
    const values = (danfo.values as unknown[]).map((row) => (Array.isArray(row) ? row : [row]));
    const columns = new Map(danfo.columns.map((name, k) => [`${name}`, values.map((row) => row[k])]));
    if (columns.size !== danfo.columns.length) {
      throw expected("columns of different names in the DataFrame", "the same twice");
    }
    return { source: "the DataFrame", name: "table", columns, rows: values.length, place: rowPlace };
  }
  if (Array.isArray(table) && table.every(isRecord)) {
    return fromRecords(table, { source: "the records", name: "table" });
  }
  const what = table === null ? "null" : Array.isArray(table) ? "an array of other things" : typeof table;
  throw expected("a table's path, an arquero table, a danfojs DataFrame or an array of records", what);
}

async function parquet(bytes: Buffer, source: string, name: string): Promise<RawTable> {
  const { parquetReadObjects } = await installed("Parquet", "hyparquet", () => import("hyparquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const records = await parquetReadObjects({
    file,
    compressors: {
      GZIP: (input: Uint8Array) => gunzipSync(input),
      BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
    },
  }).catch((error: Error) => {
    const codec = /unsupported compression codec: (\w+)/.exec(error.message)?.[1];
    throw new UsageError(
      codec
        ? `Can't read ${source}: it is compressed by ${codec}. Save it with compression="snappy" or "gzip".`
        : `Can't read ${source} as a Parquet file: it is damaged (${error.message.split("\n")[0]}).`,
    );
  });
  return fromRecords(records, { source, name });
}

async function arrow(bytes: Buffer, source: string, name: string): Promise<RawTable> {
  const { tableFromIPC } = await installed("Arrow", "@uwdata/flechette", () => import("@uwdata/flechette"));
  try {
    const table = tableFromIPC(Uint8Array.from(bytes), { useDate: true, useBigInt: true });
    const columns = new Map(table.names.map((column) => [`${column}`, [...table.getChild(column)]]));
    return { source, name, columns, rows: table.numRows, place: rowPlace };
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(
      /compress/i.test(message)
        ? `Can't read ${source}: it is compressed. Save it with compression="uncompressed".`
        : `Can't read ${source} as an Arrow file: it is damaged (${message.split("\n")[0]}).`,
    );
  }
}

async function installed<T>(what: string, name: string, load: () => Promise<T>): Promise<T> {
  return load().catch((cause) => {
    throw new UsageError(
      `${what} files are read by the npm package ${name}, which isn't installed: npm install ${name}`,
      {
        cause,
      },
    );
  });
}
