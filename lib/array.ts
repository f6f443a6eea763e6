/**
 * Dense arrays of numbers with a shape.
 * @module array
 */

import { described, expected } from "./errors";

/** The number formats that an array may hold. Networks use float32; exact formulas may use float64. */
export type Floats = Float32Array | Float64Array;

/**
 * A dense array in row-major order. The first axis counts samples: points are `[n, d]`,
 * images `[n, height, width, channels]` with pixel values in [-1, 1].
 */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Floats;
  /**
   * Present where the array lies on disk or in few bytes: reads the samples numbered `rows`. Asking for all
   * the `data` of an array that is larger than memory is an error.
   */
  readonly read?: (rows: ArrayLike<number>) => NdArray;
}

/** Number of elements in an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Makes an array from `data`: a typed array is used directly, not copied; a list becomes float32.
 *
 * @example ndarray([2, 3], [1, 2, 3, 4, 5, 6]); // two points in three dimensions
 * @throws if `data` does not have exactly as many numbers as `shape` needs, or `shape` is none.
 */
export function ndarray(shape: readonly number[], data: Floats | readonly number[]): NdArray {
  const values = ArrayBuffer.isView(data) ? (data as Floats) : Float32Array.from(data);
  assertLengths(shape);
  if (values.length !== sizeOf(shape)) {
    throw expected(`${sizeOf(shape)} numbers for shape [${shape.join(", ")}]`, `${values.length}`);
  }
  return Object.freeze({ shape: Object.freeze([...shape]), data: values });
}

/** Checks that a shape is one. @throws unless it is a list of whole numbers of 0 or more. */
export function assertLengths(shape: readonly number[]): void {
  if (!Array.isArray(shape)) throw expected("a shape, such as [2, 3]", described(shape));
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw expected("a shape of whole numbers of 0 or more", `[${shape.join(", ")}]`);
  }
}

/** An array of zeros, float32 unless `like` is float64. */
export function zeros(shape: readonly number[], like?: NdArray): NdArray {
  assertLengths(shape);
  const length = sizeOf(shape);
  return ndarray(
    shape,
    like?.data instanceof Float64Array ? new Float64Array(length) : new Float32Array(length),
  );
}

/** Elements in one sample: the size of all axes but the first. */
export function sampleSize(array: NdArray): number {
  return sizeOf(array.shape.slice(1));
}

/**
 * The samples numbered `rows`, in that order, as a copy.
 * @throws when there is no such sample.
 */
export function takeRows(array: NdArray, rows: ArrayLike<number>): NdArray {
  const size = sampleSize(array);
  for (let i = 0; i < rows.length; i++) {
    if (!(Number.isInteger(rows[i]) && rows[i] >= 0 && rows[i] < array.shape[0])) {
      throw expected(`a row from 0 to ${array.shape[0] - 1}`, `${rows[i]}`);
    }
  }
  if (array.read) return array.read(rows);
  const out = zeros([rows.length, ...array.shape.slice(1)], array);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    out.data.set(array.data.subarray(row * size, (row + 1) * size), i * size);
  }
  return out;
}

/**
 * The samples from `start` up to but not including `end`, sharing memory with `array` unless it is on disk.
 */
export function sliceRows(array: NdArray, start: number, end = array.shape[0]): NdArray {
  const size = sampleSize(array);
  const stop = Math.min(end, array.shape[0]);
  if (array.read) return array.read(Int32Array.from({ length: stop - start }, (_, i) => start + i));
  return ndarray([stop - start, ...array.shape.slice(1)], array.data.subarray(start * size, stop * size));
}

/** Joins arrays along the first axis. */
export function concatRows(arrays: readonly NdArray[]): NdArray {
  if (arrays.length === 0) throw expected("at least one array to join", "none");
  const [first] = arrays;
  const tail = first.shape.slice(1);
  for (const array of arrays) assertShape(array, [array.shape[0], ...tail], "every array to join");
  const out = zeros([arrays.reduce((n, array) => n + array.shape[0], 0), ...tail], first);
  let offset = 0;
  for (const array of arrays) {
    out.data.set(array.data, offset);
    offset += array.data.length;
  }
  return out;
}

/** Joins arrays of equal leading shape along the last axis: the paper's "appended as channels". */
export function concatChannels(arrays: readonly NdArray[]): NdArray {
  if (arrays.length === 0) throw expected("at least one array to join", "none");
  const [first] = arrays;
  const lead = first.shape.slice(0, -1);
  const widths = arrays.map((array) => array.shape[array.shape.length - 1]);
  for (let k = 0; k < arrays.length; k++) assertShape(arrays[k], [...lead, widths[k]], "every array to join");
  const total = widths.reduce((a, b) => a + b, 0);
  const out = zeros([...lead, total], first);
  const pixels = sizeOf(lead);
  let offset = 0;
  for (let k = 0; k < arrays.length; k++) {
    const width = widths[k];
    const from = arrays[k].data;
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < width; c++) out.data[p * total + offset + c] = from[p * width + c];
    }
    offset += width;
  }
  return out;
}

/**
 * Checks a shape; `-1` in `shape` stands for any length.
 * @throws an error that names `what`, the expected shape and the received one.
 */
export function assertShape(array: NdArray, shape: readonly number[], what: string): void {
  if (!Array.isArray(array?.shape)) {
    throw expected(`${what} as an array with a shape, such as ndarray([2, 1], [0.5, 1])`, described(array));
  }
  const fits =
    array.shape.length === shape.length &&
    shape.every((length, axis) => length === -1 || length === array.shape[axis]);
  if (!fits) {
    const wanted = shape.map((length) => (length === -1 ? "any" : length)).join(", ");
    throw expected(`${what} of shape [${wanted}]`, `shape [${array.shape.join(", ")}]`);
  }
}
