import { existsSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { concatRows, type NdArray, ndarray, sliceRows } from "../../array";
import { atBase, averagePool, inpainting, nearestUp, type Start } from "../../couplings";
import { type Samples, saveCsv, savePngs, take } from "../../data";
import { csvText } from "../../data/arrays/save";
import { decodeRows, type TableColumn } from "../../data/table/codec";
import { farValues } from "../../data/table/extrapolation";
import { type FittedRows, fitRows } from "../../data/table/fit-rows";
import { choose, expected, type UsageError } from "../../errors";
import { tableCoupling } from "../../experiments/models/own-table";
import { imageGrid } from "../../figures";
import { writeAtomically } from "../../files/atomic-write";
import { folderPath } from "../../files/folder-path";
import { saveNpy } from "../../formats";
import { type Rng, rng } from "../../random";
import { solveOde } from "../../samplers";
import { formatNumber } from "../../text";
import { wrongCall } from "../exit-codes";
import type { Given } from "./command-options";
import { type Context, wrongUsage } from "./context";
import { inputImages, inputMask } from "./input-images";
import { contentOf, fileFor, folderFor } from "./out";
import { repeatRows } from "./repeat-rows";
import { rangeOf, type TrainSettings } from "./settings";
import { counted, shown } from "./shown";
import { solverOf } from "./solver";
import type { sampleSpecs } from "./specs";
import { openTrained, type Trained } from "./trained";

type Options = Given<typeof sampleSpecs>;

/** Draws samples of a model and writes them. @throws UsageError when what was given doesn't fit the model. */
export async function sample(named: string, given: Options, context: Context): Promise<number> {
  const trained = await openTrained(named);
  const idle = idleOption(trained, given);
  if (idle) throw wrongUsage(`--${idle} is not for ${trained.about.task}, which ${named} was trained for.`);
  return trained.about.task === "table"
    ? sampleRows(trained, given, context)
    : sampleImages(trained, given, context);
}

function idleOption({ about: { task } }: Trained, given: Options): string | undefined {
  const used: Readonly<Record<typeof task, readonly (keyof Options)[]>> = {
    "in-painting": ["input", "mask", "format", "draws", "range", "layout"],
    "super-resolution": ["input", "format", "draws", "range", "layout"],
    classes: ["class", "format"],
    table: ["input", "given", "draws"],
  };
  const special: readonly (keyof Options)[] = [
    ...(["input", "mask", "class", "given", "format", "draws", "range", "layout"] as const),
  ];
  return special.find((name) => given[name] !== undefined && !used[task].includes(name));
}

/** Starts of the flow, with names for what becomes of them, and rows of pictures to show beside them. */
interface Starts {
  readonly start: Pick<Start, "x0" | "xi">;
  readonly names?: readonly string[];
  readonly labels?: Int32Array;
  readonly beside: readonly { readonly label: string; readonly images: NdArray; readonly last?: boolean }[];
}

async function sampleImages(trained: Trained, given: Options, context: Context): Promise<number> {
  const { line, signal } = context;
  const { about, name } = trained;
  if (given.input && given.count) throw wrongCall(expected("--input, or --count", "both"));
  const { folder, file } = imagesTo(given, join(trained.home, trained.own ? "samples" : `${name}-samples`));
  const { seed = 0, format = "png" } = given;
  const { method, settings } = solverOf(given);
  const source = rng(seed).fork("sample");
  const { start, names, labels, beside } = await imageStarts(trained, given, source, line.print);
  const { x, nfe, warnings } = await solveOde(trained.b, atBase(start), {
    ...{ method, batch: 64, signal },
    onStep: ({ t, done, samples }) => line.update(`sampling ${done}/${samples} · t = ${t.toFixed(3)}`),
  });
  for (const warning of warnings) line.print(`note: ${warning}`);
  const [n] = x.shape;
  const what = counted(n, "image");
  const { input, mask, class: asked } = given;
  const record = (written: readonly string[]) =>
    `${JSON.stringify({ model: name, weights: about.file.sha256, seed, ...settings, nfe, input, mask, class: asked, files: written }, null, 2)}\n`;
  if (file !== undefined) {
    saveNpy(file, { shape: x.shape, data: Float32Array.from(x.data) });
    writeAtomically(`${file}.json`, record([basename(file)]));
    line.print(`${what} in ${shown(file)}, ${counted(formatNumber(nfe, 3), "evaluation")} each.`);
    return 0;
  }
  const out = folder!;
  const written =
    format === "npy"
      ? ["samples.npy"]
      : savePngs(out, x, { ...(names && { names }), ...(labels && { labels, classes: about.classes }) });
  if (format === "npy")
    saveNpy(join(out, "samples.npy"), { shape: x.shape, data: Float32Array.from(x.data) });
  const sheet = await sheetOf(about.title, [
    { label: "start", images: start.x0 },
    ...beside.filter(({ last }) => !last),
    { label: "sample", images: x },
    ...beside.filter(({ last }) => last),
  ]);
  if (sheet) writeAtomically(join(out, "sheet.png"), sheet);
  writeAtomically(join(out, "samples.json"), record(written));
  line.print(
    `${what} in ${shown(out)}, ${counted(formatNumber(nfe, 3), "evaluation")} each; sheet.png shows ${n === 1 ? "it" : "them"} side by side.`,
  );
  return 0;
}

/** Where images start, by what was given or else from held-out ones. */
async function imageStarts(
  trained: Trained,
  given: Options,
  source: Rng,
  print: (line: string) => void,
): Promise<Starts> {
  const { about, coupling } = trained;
  const [height, width, channels] = about.image!;
  const { count = 8, draws = 1 } = given;
  if (about.task === "classes") {
    const names = Object.fromEntries(about.classes.map((name, k) => [name, k]));
    const asked = (given.class ?? about.classes).map((name) => chosen("class", name, names));
    const labels = Int32Array.from({ length: asked.length * count }, (_, k) => asked[Math.floor(k / count)]);
    const shape = [labels.length, height, width, channels];
    const start = coupling.start!({ shape, labels }, source);
    return {
      start,
      labels,
      names: Array.from(labels, (_, k) => `${k % count}`.padStart(4, "0")),
      beside: [],
    };
  }
  const { factor = 1 } = about;
  const reading = imageReading(trained, given);
  const small = { height: height / factor, width: width / factor, channels, ...reading } as const;
  const read = given.input && (await inputImages(given.input, small));
  const heldOut = read ? undefined : await heldOutOf(trained, count, print);
  const truth = read ? (factor > 1 ? nearestUp({ factor })(read.x) : read.x) : heldOut!.x;
  const x = repeatRows(truth, draws);
  const names = read && repeatedNames(read.names, draws);
  if (about.task === "super-resolution") {
    const start = await coupling.draw({ x }, source);
    const low = averagePool({ factor })(x);
    const beside = [
      { label: "given", images: nearestUp({ factor })(low) },
      ...(heldOut ? [{ label: "truth", images: x, last: true }] : []),
    ];
    return { start, ...(names && { names }), beside };
  }
  const mask = given.mask && (await inputMask(given.mask, { height, width, channels, ...reading }));
  const keep = mask && concatRows(Array.from({ length: x.shape[0] }, () => mask));
  const masked = keep ? inpainting({ mask: { name: "as given", draw: () => keep } }) : coupling;
  const start = await masked.draw({ x }, source);
  const label = heldOut ? "truth" : "given";
  return { start, ...(names && { names }), beside: [{ label, images: x, last: true }] };
}

/** As `choose`, of what the command line says. */
function chosen<T>(what: string, name: string, options: Readonly<Record<string, T>>): T {
  try {
    return choose(what, name, options);
  } catch (error) {
    throw wrongCall(error as UsageError);
  }
}

/** How the model's images were read, unless it is said otherwise. */
function imageReading({ about, ...trained }: Trained, { range, layout }: Options) {
  const settings: Partial<TrainSettings> = trained.settings?.() ?? {};
  return {
    fit: settings.fit ?? "crop",
    range: range ? rangeOf(range) : about.range,
    layout: (layout as TrainSettings["layout"]) ?? settings.layout,
  };
}

/** Held-out images, from the first. */
async function heldOutOf(trained: Trained, count: number, print: (line: string) => void): Promise<Samples> {
  const { test } = await trained.data(print, { advice: "Put them back, or give others by --input." });
  const [held] = test.x.shape;
  if (count > held) {
    print(`note: ${held} ${held === 1 ? "image is" : "images are"} held out, and no more are drawn`);
  }
  return take(test, Math.min(count, held));
}

const repeatedNames = (names: readonly string[], times: number) =>
  times === 1
    ? names
    : names.flatMap((name) => Array.from({ length: times }, (_, k) => `${name}-draw-${k + 1}`));

async function sheetOf(title: string, rows: readonly { label: string; images: NdArray }[]) {
  const shown = rows.map(({ label, images }) => ({ label, images: sliceRows(images, 0, 12) }));
  const alt = `Rows of images: ${rows.map(({ label }) => label).join(", ")}.`;
  const bundle = await imageGrid({ title, alt, rows: shown }).toBundle();
  const png = bundle["image/png"];
  return typeof png === "string" ? Buffer.from(png, "base64") : undefined;
}

async function sampleRows(trained: Trained, given: Options, context: Context): Promise<number> {
  const { line, signal } = context;
  const { seed = 0, draws = 1, count = 8 } = given;
  const columns = trained.about.columns!;
  const path = rowsPath(given, join(trained.home, "samples.csv"));
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
  return Object.fromEntries(
    list.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw wrongCall(expected("NAME=VALUE after --given", `"${text}"`));
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    }),
  );
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
export function withMarks(
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

/** Where images go: a folder, or a file of all of them. */
interface ImagesTo {
  readonly folder?: string;
  readonly file?: string;
}

/** @throws when there is something already, or what is named is no place for images. */
function imagesTo(given: Options, usual: string): ImagesTo {
  const { out, format, force } = given;
  if (out === undefined) return { folder: force ? usual : unused(usual) };
  if (out === "-") {
    throw wrongUsage(
      "Images can't be written to the standard output: give a folder or a .npy file as --out.",
    );
  }
  const ending = extname(out).toLowerCase();
  if (ending === ".npy") {
    if (format === "png")
      throw wrongUsage(`Expected a folder as --out for --format png, but received "${out}".`);
    const file = fileFor(out);
    if (existsSync(file) && !force) throw taken(out);
    return { file };
  }
  if (fileEndings.includes(ending) && !statSync(folderPath(out), { throwIfNoEntry: false })) {
    throw wrongUsage(`Expected a folder or a .npy file as --out, but received "${out}".`);
  }
  const folder = folderFor(out);
  if (contentOf(folder).length > 0 && !force) throw taken(out);
  return { folder };
}

/** Of files, not of folders. */
const fileEndings = [".png", ".jpg", ".jpeg", ".webp", ".npz", ".csv", ".json"];

function rowsPath({ out, force }: Options, usual: string): string {
  if (out === "-") return out;
  if (out === undefined) return force ? usual : unused(usual);
  if (![".csv", ".npy"].includes(extname(out).toLowerCase())) {
    throw wrongCall(expected("a .csv file, a .npy file or - as --out", `"${out}"`));
  }
  const path = fileFor(out);
  if (existsSync(path) && !force) throw taken(out);
  return path;
}

const taken = (out: string) =>
  wrongUsage(`There is something in ${out} already: choose another --out, or add --force.`);

/** The path, or else with the first number that makes it a new one. */
function unused(path: string): string {
  const ending = extname(path);
  for (let k = 2, next = path; ; k++) {
    if (!existsSync(next)) return next;
    next = `${path.slice(0, path.length - ending.length)}-${k}${ending}`;
  }
}
