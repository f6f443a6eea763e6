import { inspect, types as kinds } from "node:util";
import type { NdArray } from "../../array";
import type { ArqueroTable, DanfoFrame } from "../../data/table/read-table";
import { dataTable } from "../../figures/data-table";
import type { Displayable, MimeBundle } from "../../figures/figure";
import { bundleOf } from "../display";

/** How the value of a cell's last expression is shown. */
export interface ShownValue {
  readonly data: MimeBundle;
  readonly metadata?: Displayable["metadata"];
}

/**
 * A figure or a table as itself, a data frame as its first rows, and anything else as text, in which arrays
 * are summarised by their shape, kind, first numbers and range.
 */
export async function shownValue(value: unknown): Promise<ShownValue> {
  if (isDisplayable(value)) {
    const { metadata } = value;
    return { data: await bundleOf(value), ...(metadata && { metadata }) };
  }
  if (isFrame(value)) {
    return { data: await bundleOf(dataTable(value)) };
  }
  return { data: { "text/plain": typeof value === "string" ? value : inspect(summarised(value, 0)) } };
}

const isDisplayable = (value: unknown): value is Displayable =>
  typeof (value as Displayable | null)?.toBundle === "function";

function isFrame(value: unknown): value is ArqueroTable | DanfoFrame {
  if (typeof value !== "object" || value === null) return false;
  const { columnNames, numRows, get } = value as Partial<ArqueroTable>;
  if ([columnNames, numRows, get].every((method) => typeof method === "function")) return true;
  // A series of danfojs, too, has columns, a shape and values.
  if (!(value.constructor.name === "DataFrame" || value.constructor.name === "Series")) return false;
  const { columns, shape, values } = value as Partial<DanfoFrame>;
  return [columns, shape, values].every(Array.isArray);
}

/** Levels of records and lists in which arrays are summarised: as many as `inspect` shows. */
const deepest = 3;

/** A short list, whose numbers tell more than their summary. */
const short = 6;

function summarised(value: unknown, depth: number): unknown {
  if (isNdArray(value)) return new Summary(summary(value.data, value.shape));
  if (isNumbers(value) && value.length > short) return new Summary(summary(value, [value.length]));
  if (typeof value !== "object" || value === null || depth >= deepest || !isPlain(value)) return value;
  if (Array.isArray(value)) return mapped(value, (item) => summarised(item, depth + 1));
  const properties = Object.getOwnPropertyDescriptors(value) as Record<string, PropertyDescriptor>;
  let changed = false;
  for (const property of Object.values(properties)) {
    const shown = summarised(property.value, depth + 1);
    changed ||= shown !== property.value;
    property.value &&= shown;
  }
  return changed ? Object.create(Object.getPrototypeOf(value), properties) : value;
}

/** The list with its items mapped; the list itself where that changes none. */
function mapped(list: readonly unknown[], of: (item: unknown) => unknown): readonly unknown[] {
  const items = list.slice(0, 100).map(of);
  return items.some((item, k) => item !== list[k]) ? [...items, ...list.slice(100)] : list;
}

const isPlain = (value: object) =>
  !kinds.isProxy(value) && [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value));

type Numbers = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;

const isNumbers = (value: unknown): value is Numbers =>
  kinds.isTypedArray(value) && !kinds.isBigInt64Array(value) && !kinds.isBigUint64Array(value);

function isNdArray(value: unknown): value is NdArray {
  if (typeof value !== "object" || value === null || !isPlain(value)) return false;
  const { shape, data } = value as Partial<NdArray>;
  return Array.isArray(shape) && isNumbers(data) && Object.keys(value).length === 2;
}

/** Text that `inspect` prints as it is. */
class Summary {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  [inspect.custom](): string {
    return this.#text;
  }
}

/** Such as `float32 [500, 2]: 0.12, -1.5, … (min -2.01, mean 0.003, max 1.98)`. */
function summary(data: Numbers, shape: readonly number[]): string {
  const kind = data.constructor.name.replace(/Array$/, "").toLowerCase();
  const first = Array.from(data.subarray(0, short), digits).join(", ");
  const head = `${kind} [${shape.join(", ")}]${data.length > 0 ? ": " : ""}${first}`;
  return data.length <= short ? head : `${head}, … (${range(data)})`;
}

function range(data: Numbers): string {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let finite = 0;
  for (const x of data) {
    if (!Number.isFinite(x)) continue;
    if (x < min) min = x;
    if (x > max) max = x;
    sum += x;
    finite++;
  }
  const rest = data.length - finite;
  const others = rest > 0 ? [`${rest} not finite`] : [];
  if (finite === 0) return others.join();
  return [`min ${digits(min)}`, `mean ${digits(sum / finite)}`, `max ${digits(max)}`, ...others].join(", ");
}

const digits = (x: number) => `${Number(x.toPrecision(4))}`;
