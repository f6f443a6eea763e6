import { concatRows, type NdArray, sliceRows, takeRows } from "../array";
import { expected } from "../errors";
import type { Condition } from "./condition";

type Part = Int32Array | NdArray;

/** The condition of the samples from `first` up to but not including `last`, sharing memory with `xi`. */
export function conditionRows(xi: Condition, first: number, last: number): Condition {
  return mapParts(xi, (part) => (isLabels(part) ? part.subarray(first, last) : sliceRows(part, first, last)));
}

/**
 * The condition of the samples numbered `rows`, in that order, as a copy.
 * @throws when there is no such row.
 */
export function takeConditionRows(xi: Condition, rows: ArrayLike<number>): Condition {
  return mapParts(xi, (part) => (isLabels(part) ? takeLabels(part, rows) : takeRows(part, rows)));
}

function takeLabels(labels: ArrayLike<number>, rows: ArrayLike<number>): Int32Array {
  return Int32Array.from(rows, (row) => {
    if (!(row >= 0 && row < labels.length)) {
      throw expected(`a row from 0 to ${labels.length - 1} in ξ.labels`, `${row}`);
    }
    // An Int32Array would truncate a label to an integer, and turn NaN into class 0.
    if (Number.isInteger(labels[row]) && labels[row] >= -1) return labels[row];
    throw expected("class indices as labels, or −1 where unknown", `${labels[row]} for sample ${row}`);
  });
}

/** Joins the conditions of several batches. @throws when they don't have the same parts. */
export function concatConditions(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) throw expected("at least one condition to join", "none");
  const [first] = conditions;
  const named = (xi: Condition) =>
    partsOf(xi)
      .map(([name]) => name)
      .sort()
      .join(", ") || "nothing";
  for (const xi of conditions) {
    if (named(xi) !== named(first)) throw expected(`conditions that all have ${named(first)}`, named(xi));
  }
  return mapParts(first, (part, name) => {
    const all = conditions.map((xi) => (xi as Record<string, Part>)[name]);
    return isLabels(part)
      ? Int32Array.from(all.flatMap((labels) => Array.from(labels as Int32Array)))
      : concatRows(all as NdArray[]);
  });
}

/** @throws unless every part of the condition has one entry for each of `n` samples. */
export function assertConditionRows(xi: Condition, n: number): void {
  for (const [name, part] of partsOf(xi)) {
    const length = isLabels(part) ? part.length : part.shape[0];
    if (length !== n) throw expected(`${n} entries in ξ.${name}, one per sample`, `${length}`);
  }
}

function mapParts(xi: Condition, f: (part: Part, name: string) => Part): Condition {
  return Object.freeze(Object.fromEntries(partsOf(xi).map(([name, part]) => [name, f(part, name)])));
}

/**
 * The parts of ξ; what samples may carry besides, such as names, is none.
 * @throws where one of the library's parts is a plain array, which would be passed over.
 */
function partsOf(xi: Condition): [string, Part][] {
  return Object.entries(xi).filter((entry): entry is [string, Part] => {
    const [name, value] = entry;
    if (Array.isArray(value) && listed.has(name)) {
      const [what, advice] =
        name === "labels"
          ? ["an Int32Array", "Give Int32Array.from(labels)."]
          : ["an array with a shape", "Give it one: ndarray([n, k], [...].flat())."];
      throw expected(`ξ.${name} as ${what}`, "a plain array", advice);
    }
    return isPart(value);
  });
}

/** Parts that a plain array might be given for. */
const listed: ReadonlySet<string> = new Set([
  "labels",
  "labelWeights",
  "embedding",
  "keep",
  "image",
] satisfies (keyof Condition)[]);

const isPart = (value: unknown): value is Part =>
  ArrayBuffer.isView(value) ||
  (typeof value === "object" && value !== null && "shape" in value && "data" in value);

const isLabels = (part: Part): part is Int32Array => ArrayBuffer.isView(part);
