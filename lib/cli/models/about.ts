import type { TableColumn } from "../../data/table/codec";
import { isRecord } from "../../formats/is-record";
import { type OwnTask, tasks } from "./settings";

/** What a model is and how it was built, in model.json: all that sampling needs besides the weights. */
export interface ModelAbout {
  readonly title: string;
  readonly task: OwnTask;
  /** Of images: height, width and channels. */
  readonly image?: readonly [number, number, number];
  /** Of an array of images: the numbers of black and white, where they don't follow from its type. */
  readonly range?: readonly [low: number, high: number];
  readonly classes: readonly string[];
  /** Whether the velocity sees the class, and whether the base depends on it. */
  readonly labels?: { readonly velocity: boolean; readonly base: boolean };
  /** Of in-painting: the masks it was trained with. */
  readonly tiles?: { readonly grid: number; readonly p: number };
  /** Of super-resolution. */
  readonly factor?: number;
  readonly sigma?: number;
  /** Of a table: what its columns became. */
  readonly columns?: readonly TableColumn[];
  readonly file: { readonly bytes: number; readonly sha256: string };
}

/** Whether what a file holds describes a model. */
export function isAbout(value: unknown): value is ModelAbout {
  if (!isRecord(value) || !isRecord(value.file)) return false;
  const { title, task, image, range, classes, labels, tiles, factor, sigma, columns, file } = value;
  return (
    typeof title === "string" &&
    tasks.includes(task as OwnTask) &&
    isList(classes, isText) &&
    isCount(file.bytes) &&
    isText(file.sha256) &&
    (task === "table"
      ? isList(columns, isColumn, 1) && spansFollow(columns as readonly TableColumn[])
      : isList(image, isCount) && (image as unknown[]).length === 3) &&
    (range === undefined || isRange(range)) &&
    (task === "classes"
      ? isRecord(labels) && typeof labels.velocity === "boolean" && typeof labels.base === "boolean"
      : true) &&
    (tiles === undefined || (isRecord(tiles) && isCount(tiles.grid) && isShare(tiles.p))) &&
    (factor === undefined || isCount(factor)) &&
    (sigma === undefined || (Number.isFinite(sigma) && (sigma as number) >= 0))
  );
}

/** Whether what a file holds are the settings of a training, in the parts that are read again. */
export function isSettings(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { data, task, missing } = value;
  return (
    isText(data) && tasks.includes(task as OwnTask) && (missing === undefined || isList(missing, isText))
  );
}

function isColumn(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { name, kind, span, levels, mean, deviation, range, decimal, dates } = value;
  const levelled = kind === "categorical" || kind === "ordinal";
  return (
    isText(name) &&
    ["numeric", "categorical", "ordinal", "date"].includes(kind as string) &&
    isList(span, Number.isInteger) &&
    (levelled ? isList(levels, isText) : levels === undefined) &&
    (kind === "categorical" || (Number.isFinite(mean) && Number.isFinite(deviation))) &&
    (range === undefined || isRange(range)) &&
    [undefined, ".", ","].includes(decimal as undefined) &&
    [undefined, "dmy", "mdy"].includes(dates as undefined)
  );
}

/** Whether each column's coordinates begin where those of the one before end. */
const spansFollow = (columns: readonly TableColumn[]) =>
  columns.every(
    ({ span: [first, next] }, k) => first === (k === 0 ? 0 : columns[k - 1].span[1]) && next > first,
  );

const isList = (value: unknown, each: (entry: unknown) => boolean, least = 0) =>
  Array.isArray(value) && value.length >= least && value.every(each);
const isText = (value: unknown) => typeof value === "string";
const isRange = (value: unknown) => isList(value, Number.isFinite) && (value as unknown[]).length === 2;
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const isShare = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;
