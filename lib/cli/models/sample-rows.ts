import { join } from "node:path";
import { ndarray } from "../../array";
import { atBase } from "../../couplings";
import { type Samples, saveCsv } from "../../data";
import { csvText } from "../../data/arrays/save";
import { decodeRows, type TableColumn } from "../../data/table/codec";
import { farValues } from "../../data/table/extrapolation";
import { type FittedRows, fitRows } from "../../data/table/fit-rows";
import { expected } from "../../errors";
import { tableCoupling } from "../../experiments/models/own-table";
import { saveNpy } from "../../formats";
import { rng } from "../../random";
import { solveOde } from "../../samplers";
import { formatNumber } from "../../text";
import { wrongCall } from "../exit-codes";
import { chosen } from "./chosen";
import type { Given } from "./command-options";
import type { Context } from "./context";
import { repeatRows } from "./repeat-rows";
import { rowsTo } from "./sample-out";
import type { TrainSettings } from "./settings";
import { counted, shown } from "./shown";
import { solverOf } from "./solver";
import type { sampleSpecs } from "./specs";
import type { Trained } from "./trained";

type Options = Given<typeof sampleSpecs>;

/** Draws rows of a table, or fills in given ones, and writes them. @throws UsageError as `sample`. */
export async function sampleRows(trained: Trained, given: Options, context: Context): Promise<number> {
  const { line, signal } = context;
  const { seed = 0, draws = 1, count = 8 } = given;
  const columns = trained.about.columns!;
  const path = rowsTo(given, join(trained.home, "samples.csv"));
  if (given.input && (given.given || given.count)) {
    throw wrongCall(expected("--input, or --given and --count", "both"));
  }
  if (given.input && given.input.length > 1)
    throw wrongCall(expected("one table's file as --input", given.input.join(", ")));
  if (path.toLowerCase().endsWith(".npy")) assertNumbers(columns);
  const { method } = solverOf(given);
  const known = given.given ? knownValues(given.given) : undefined;
  const names = Object.fromEntries(columns.map((column) => [column.name, column]));
  for (const name of Object.keys(known ?? {})) chosen("column of --given", name, names);
  const asked = given.input
    ? await fitRows(given.input[0], columns, readingOf(trained))
    : known
      ? await fitRows(
          Array.from({ length: count }, () => known),
          columns,
          readingOf(trained),
        )
      : emptyRows(columns, count);
  for (const note of farNotes(columns, asked, given.input !== undefined)) line.print(`note: ${note}`);
  const samples: Samples = { x: repeatRows(asked.x, draws), keep: repeatRows(asked.keep, draws) };
  const source = rng(seed).fork("sample");
  const start = tableCoupling(columns.map(({ span }) => span)).impute(samples, source);
  const { x, nfe, warnings } = await solveOde(trained.b, atBase(start), {
    ...{ method, batch: 4096, signal },
    onStep: ({ t, done, samples }) => line.update(`sampling ${done}/${samples} · t = ${t.toFixed(3)}`),
  });
  for (const warning of warnings) line.print(`note: ${warning}`);
  const filled = decodeRows(columns, x).map((row, k) =>
    joined(asked.rows[Math.floor(k / draws)], row, {
      known: (column) => asked.keep.data[Math.floor(k / draws) * x.shape[1] + column.span[0]] === 1,
      columns,
      ...(draws > 1 && { draw: (k % draws) + 1 }),
    }),
  );
  const cells = asked.keep.data.filter((kept) => kept !== 1).length;
  const written = () => filled.map((row) => withMarks(row, columns));
  if (path === "-") {
    process.stdout.write(csvText(written()));
    return 0;
  }
  if (path.toLowerCase().endsWith(".npy")) saveNpy(path, numbersOf(filled, columns));
  else saveCsv(path, written());
  const what = given.input ? `, ${counted(formatNumber(cells, 6), "coordinate")} filled in` : "";
  line.print(
    `${counted(filled.length, "row")} in ${shown(path)}${what}, by ${counted(formatNumber(nfe, 3), "evaluation")}.`,
  );
  return 0;
}

/** What is to be said of values that a model is given and has never seen the like of, by column. */
function farNotes(columns: readonly TableColumn[], asked: FittedRows, numbered: boolean): readonly string[] {
  return farValues(columns, asked).map(({ column, rows: [farthest, ...others], seen }) => {
    const { unit } = columns.find(({ name }) => name === column)!;
    const where = numbered ? ` in row ${farthest + 1}` : "";
    const more = numbered && others.length > 0 ? ` (the farthest of ${others.length + 1} rows)` : "";
    const range = `${seen[0]} to ${seen[1]}${unit === undefined ? "" : ` ${unit}`}`;
    return (
      `${column}=${textOf(asked.rows[farthest][column])}${where}${more} is far outside the range seen in ` +
      `training, ${range}: what is drawn for it is an extrapolation.`
    );
  });
}

const textOf = (value: unknown) => (value instanceof Date ? value.toISOString() : `${value}`);

/** @throws unless all columns hold numbers. */
function assertNumbers(columns: readonly TableColumn[]): void {
  const other = columns.find(
    ({ kind, levels = [] }) => kind === "date" || levels.some((level) => !Number.isFinite(Number(level))),
  );
  if (other) {
    throw wrongCall(expected("a .csv file as --out", `a .npy file, though "${other.name}" holds no numbers`));
  }
}

/** The model's columns of rows, in its order. */
function numbersOf(rows: readonly Readonly<Record<string, unknown>>[], columns: readonly TableColumn[]) {
  const data = Float64Array.from(rows.flatMap((row) => columns.map(({ name }) => Number(row[name]))));
  return { shape: [rows.length, columns.length], data };
}

/** `A=1` and `B=2` as one record. */
function knownValues(list: readonly string[]): Readonly<Record<string, string>> {
  const known: Record<string, string> = {};
  for (const text of list) {
    const at = text.indexOf("=");
    if (at < 1) {
      throw wrongCall(
        expected("NAME=VALUE after --given", `"${text}"`, "Write a comma in a name or a value as \\,."),
      );
    }
    const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    if (Object.hasOwn(known, name)) throw wrongCall(expected("one value for each name", `"${name}" twice`));
    // A gap would be filled in as if it hadn't been named.
    if (value === "" || value.toLowerCase() === "nan") {
      throw wrongCall(expected(`a value for "${name}" after --given`, value === "" ? "none" : `"${value}"`));
    }
    known[name] = value;
  }
  return known;
}

/** Rows of which nothing is known. */
function emptyRows(columns: readonly TableColumn[], count: number): FittedRows {
  const width = columns[columns.length - 1].span[1];
  const nothing = new Float32Array(count * width);
  return {
    x: ndarray(
      [count, width],
      nothing.map(() => Number.NaN),
    ),
    keep: ndarray([count, width], nothing),
    rows: Array.from({ length: count }, () => ({})),
    absent: columns.map(({ name }) => name),
  };
}

/** A row as it was given, with values in its gaps; known ones stay as they were written. */
function joined(
  given: Readonly<Record<string, unknown>>,
  drawn: Readonly<Record<string, unknown>>,
  how: {
    readonly columns: readonly TableColumn[];
    readonly known: (column: TableColumn) => boolean;
    readonly draw?: number;
  },
): Readonly<Record<string, unknown>> {
  const values = how.columns.flatMap((column) =>
    how.known(column) ? [] : [[column.name, shortened(drawn[column.name])] as const],
  );
  return { ...given, ...Object.fromEntries(values), ...(how.draw !== undefined && { draw: how.draw }) };
}

/** A row whose drawn numbers have the decimal mark of their column: else a file would have both. */
function withMarks(
  row: Readonly<Record<string, unknown>>,
  columns: readonly Pick<TableColumn, "name" | "decimal">[],
): Readonly<Record<string, unknown>> {
  const marked = columns.flatMap(({ name, decimal }) =>
    decimal === "," && typeof row[name] === "number"
      ? [[name, `${row[name]}`.replace(".", ",")] as const]
      : [],
  );
  return { ...row, ...Object.fromEntries(marked) };
}

/** A drawn number with the digits that float32 knows. */
const shortened = (value: unknown) => (typeof value === "number" ? Number(value.toPrecision(6)) : value);

/** How the model's table was read. */
function readingOf({ settings }: Trained): Pick<TrainSettings, "missing" | "decimal" | "dates"> {
  const { missing, decimal, dates } = settings!();
  return { missing, decimal, dates };
}
