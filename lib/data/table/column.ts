import { advise, choose, expected, option, quotedShort, shortened } from "../../errors";
import { type DateOrder, readDates } from "./dates";
import { type Decimal, readNumbers } from "./numbers";
import type { RawTable } from "./read-table";

/** What the values of a column are. */
export type ColumnKind = "numeric" | "categorical" | "ordinal" | "date";

/** What is said of a column, where its values don't say it. */
export interface ColumnOptions {
  /** How its values are read. Default: told by the values. */
  readonly kind?: ColumnKind;
  /** Such as "cm", for axes. Default: what stands in brackets at the end of its name. */
  readonly unit?: string;
  /** The levels of a categorical or ordinal column, in their order. */
  readonly levels?: readonly string[];
  /** Whether the logarithm of its numbers, all above 0, is modelled in their place. Default false. */
  readonly log?: boolean;
}

/** A column's values, each a number, or NaN where it is missing. */
export interface ReadColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly unit?: string;
  /** Numbers; milliseconds since 1970 of dates; indices of levels. */
  readonly values: Float64Array;
  /** Of categorical and ordinal columns. */
  readonly levels?: readonly string[];
  /** Whether all numbers are whole, or all dates without a time of day. */
  readonly whole: boolean;
  readonly log: boolean;
  /** What is decimal in its numbers, where these are texts that show it. */
  readonly decimal?: Decimal;
  /** Whether day or month comes first in its dates, where these show it. */
  readonly dates?: DateOrder;
  /** What is to be said about it. */
  readonly remarks: readonly string[];
}

/** A column that can't be used, and why. */
export interface UnusedColumn {
  readonly name: string;
  readonly note: string;
}

export interface ReadColumnOptions {
  /** Texts that mean a missing value. */
  readonly missing: ReadonlySet<string>;
  readonly decimal?: Decimal;
  readonly dates?: DateOrder;
  /** How the column was read in other rows, for what could be read in two ways. */
  readonly usual?: Pick<ReadColumn, "decimal" | "dates">;
}

/** Levels that a column of texts may have before it is taken for names or notes. */
const MOST_LEVELS = 50;

/**
 * Decides what a column is and reads it: numbers, dates, or levels. Texts that are nearly all numbers, and
 * those that can be read in two ways, are an error, unless `columns` says what they are.
 */
export function readColumn(
  table: RawTable,
  name: string,
  said: ColumnOptions,
  options: ReadColumnOptions,
): ReadColumn | UnusedColumn {
  const { cells, present } = cellsOf(table, name, options.missing);
  if (present.length === 0) return { name, note: "it has no values" };
  const unit = said.unit ?? /[([]([^()[\]]+)[)\]]\s*$/.exec(name)?.[1].trim();
  const made = { table, name, said, options, cells, present };
  const kind = said.kind ?? (said.levels ? "categorical" : said.log ? "numeric" : undefined);
  const read =
    kind === undefined
      ? inferred(made)
      : choose(`kind of column "${name}"`, kind, {
          numeric: () => numeric(made) ?? fail(made, "numbers"),
          date: () => dated(made) ?? fail(made, "dates"),
          categorical: () => levelled(made, "categorical"),
          ordinal: () => levelled(made, "ordinal"),
        })();
  if ("note" in read) return read;
  const log = said.log ?? false;
  if (log && read.kind !== "numeric")
    throw expected(`numbers in column "${name}" for log: true`, `${read.kind} ones`);
  if (log) {
    const bad = read.values.findIndex((value) => value <= 0);
    if (bad >= 0) {
      throw expected(
        `numbers above 0 in column "${name}" for log: true`,
        `${read.values[bad]} ${table.place(bad)}`,
      );
    }
  }
  return { ...read, name, log, ...((unit ?? read.unit) && { unit: unit ?? read.unit }) };
}

type Cell = number | Date | string | undefined;

interface Made {
  readonly table: RawTable;
  readonly name: string;
  readonly said: ColumnOptions;
  readonly options: ReadColumnOptions;
  /** undefined where missing. */
  readonly cells: readonly Cell[];
  /** Rows with a value. */
  readonly present: readonly number[];
}

type Read = Omit<ReadColumn, "name" | "log">;

function cellsOf(table: RawTable, name: string, missing: ReadonlySet<string>) {
  const cells = table.columns.get(name)!.map((value, row): Cell => {
    if (value === null || value === undefined) return undefined;
    if (typeof value === "string") {
      const text = value.trim();
      return missing.has(text) ? undefined : text;
    }
    if (typeof value === "boolean") return `${value}`;
    if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
    if (typeof value === "number") {
      if (Number.isNaN(value)) return undefined;
      if (Number.isFinite(value)) return value;
      throw infinite({ table, name }, row, `${value}`);
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value;
    throw expected(
      `a number, a text or a date in column "${name}" of ${table.source}`,
      `${Array.isArray(value) || ArrayBuffer.isView(value) ? "a list" : "an object"} ${table.place(row)}`,
      advise`Leave it out: ${option("columns", { [name]: "ignore" })}.`,
    );
  });
  return { cells, present: [...cells.keys()].filter((row) => cells[row] !== undefined) };
}

const infinite = ({ table, name }: Pick<Made, "table" | "name">, row: number, value: string) =>
  expected(`finite numbers in column "${name}" of ${table.source}`, `${value} ${table.place(row)}`);

function inferred(made: Made): Read | UnusedColumn {
  const { cells, present, name } = made;
  const numbers = numeric(made);
  if (numbers) {
    const distinct = new Set(present.map((row) => numbers.values[row]));
    if (distinct.size === 2 && numbers.unit === undefined) {
      const texts = new Set(present.map((row) => `${cells[row]}`));
      // One number may be written in several ways: 1 and 1.0.
      const plain = cells.map((cell, row) => (cell === undefined ? undefined : numbers.values[row]));
      const read = levelled(texts.size === 2 ? made : { ...made, cells: plain }, "categorical");
      return {
        ...read,
        remarks: [`its two numbers, ${read.levels!.join(" and ")}, are taken as categories`],
      };
    }
    return numbers;
  }
  const dates = dated(made);
  if (dates) return dates;
  refuseMixed(made);
  const distinct = new Set(present.map((row) => cells[row]));
  if (distinct.size > MOST_LEVELS || (distinct.size > 10 && distinct.size > present.length / 2)) {
    return { name, note: `its ${distinct.size} different texts are too many for categories` };
  }
  return levelled(made, "categorical");
}

function valuesAt({ cells, present }: Made, values: readonly number[]): Float64Array {
  const out = new Float64Array(cells.length).fill(Number.NaN);
  present.forEach((row, k) => {
    out[row] = values[k];
  });
  return out;
}

/** @returns undefined where the cells are no numbers. */
function numeric(made: Made): Read | undefined {
  const { cells, present, options, said } = made;
  if (present.some((row) => cells[row] instanceof Date)) return undefined;
  const texts = present.filter((row) => typeof cells[row] === "string");
  const read = readNumbers(
    texts.map((row) => cells[row] as string),
    options.decimal,
    options.usual?.decimal,
  );
  if ("why" in read) {
    const row = texts[read.first];
    if (read.why === "ambiguous") throw ambiguousNumber(made, row, read.readings);
    if (read.why === "infinite") throw infinite(made, row, `${cells[row]}`);
    if (read.why === "codes" && said.kind === "numeric") {
      throw expected(
        `numbers in column "${made.name}" of ${made.table.source}`,
        `"${cells[row]}" ${made.table.place(row)}, whose digits a number would lose`,
      );
    }
    return undefined;
  }
  const byRow = new Map(texts.map((row, k) => [row, read.values[k]]));
  const values = present.map((row) => byRow.get(row) ?? (cells[row] as number));
  return {
    kind: "numeric",
    values: valuesAt(made, values),
    whole: values.every(Number.isInteger),
    ...(read.unit && { unit: read.unit }),
    ...(read.decimal && { decimal: read.decimal }),
    remarks: [],
  };
}

function ambiguousNumber(
  { name, table, cells }: Made,
  row: number,
  [point, comma]: readonly [number, number],
) {
  const other = Number.isNaN(point) ? "no number" : `${point}`;
  return expected(
    `numbers that can be read in one way in column "${name}" of ${table.source}`,
    `"${cells[row]}" ${table.place(row)}, which is ${other} with a decimal point and ${comma} with a decimal comma`,
    advise`Say which: ${option("decimal", ".")} or ${option("decimal", ",")}.`,
  );
}

/** @returns undefined where the cells are no dates. */
function dated(made: Made): Read | undefined {
  const { cells, present, options, name, table } = made;
  if (present.some((row) => typeof cells[row] === "number")) return undefined;
  const texts = present.filter((row) => typeof cells[row] === "string");
  const read = readDates(
    texts.map((row) => cells[row] as string),
    options.dates,
    options.usual?.dates,
  );
  if ("why" in read) {
    if (read.why === "text") return undefined;
    throw expected(
      `dates that can be read in one way in column "${name}" of ${table.source}`,
      `"${cells[texts[read.first]]}" ${table.place(texts[read.first])}, and no day above 12`,
      advise`Say what comes first: ${option("dates", "dmy")} or ${option("dates", "mdy")}.`,
    );
  }
  const byRow = new Map(texts.map((row, k) => [row, read.values[k]]));
  const values = present.map((row) => byRow.get(row) ?? (cells[row] as Date).getTime());
  return {
    kind: "date",
    values: valuesAt(made, values),
    whole: values.every((value) => value % 86_400_000 === 0),
    ...(read.order && { dates: read.order }),
    remarks: [],
  };
}

/** @throws where texts stand among what are numbers or dates else. */
function refuseMixed({ cells, present, options, name, table }: Made): void {
  const texts = present.map((row) => {
    const cell = cells[row];
    return cell instanceof Date ? cell.toISOString() : `${cell}`;
  });
  const read = [readNumbers(texts, options.decimal), readDates(texts, options.dates)] as const;
  read.forEach((result, k) => {
    if (!("why" in result) || result.why !== "text") return;
    const fitting = "numbers" in result ? result.numbers : result.dates;
    if (2 * fitting < texts.length) return;
    const odd = texts[result.first];
    const what = k === 0 ? "numbers" : "dates";
    throw expected(
      `${what} in column "${name}" of ${table.source}, as most of its values are`,
      `${quotedShort(odd)} ${table.place(present[result.first])}`,
      advise`Where that means a missing value: ${option("missing", [shortened(odd)])}; where the column holds texts: ${option("columns", { [name]: "categorical" })}.`,
    );
  });
}

function levelled(made: Made, kind: "categorical" | "ordinal"): Read {
  const { cells, present, said, name, table } = made;
  const texts = present.map((row) => {
    const cell = cells[row];
    return cell instanceof Date ? cell.toISOString() : `${cell}`;
  });
  const levels = said.levels ?? [...new Set(texts)].sort(byNumber);
  if (new Set(levels).size !== levels.length)
    throw expected(`different levels of column "${name}"`, levels.join(", "));
  const indexOf = levelIndex(levels);
  const unknown = texts.findIndex((text) => indexOf(text) === undefined);
  if (unknown >= 0) {
    throw expected(
      `one of ${levels.join(", ")} in column "${name}" of ${table.source}`,
      `"${texts[unknown]}" ${table.place(present[unknown])}`,
    );
  }
  if (kind === "ordinal" && !said.levels && texts.some((text) => Number.isNaN(Number(text)))) {
    throw expected(
      `the levels of the ordinal column "${name}" in their order`,
      "none",
      `Say them: columns: { ${JSON.stringify(name)}: { kind: "ordinal", levels: [${levels
        .slice(0, 3)
        .map((level) => JSON.stringify(level))
        .join(", ")}] } }.`,
    );
  }
  return {
    kind,
    values: valuesAt(
      made,
      texts.map((text) => indexOf(text)!),
    ),
    levels,
    whole: true,
    remarks: [],
  };
}

/** The place of a level: by its text or, where all are numbers and no codes, by its number: 1.0 is 1. */
function levelIndex(levels: readonly string[]): (text: string) => number | undefined {
  const index = new Map(levels.map((level, k) => [level, k]));
  const plain = levels.every((level) => `${Number(level)}` === level);
  return (text) => index.get(text) ?? (plain && text !== "" ? index.get(`${Number(text)}`) : undefined);
}

/** @throws with the first cell that is none of what the column is said to hold. */
function fail({ name, table, cells, present, options }: Made, what: "numbers" | "dates"): never {
  const other = present.find((row) =>
    what === "numbers" ? cells[row] instanceof Date : typeof cells[row] === "number",
  );
  const texts = present.filter((row) => typeof cells[row] === "string");
  const words = texts.map((row) => cells[row] as string);
  const read = what === "numbers" ? readNumbers(words, options.decimal) : readDates(words, options.dates);
  const odd = other ?? ("why" in read ? texts[read.first] : present[0]);
  throw expected(
    `${what} in column "${name}" of ${table.source}`,
    `others, such as ${JSON.stringify(cells[odd])} ${table.place(odd)}`,
  );
}

/** Numbers in texts in the order of their values: "2" before "10". */
const byNumber = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : 1);
