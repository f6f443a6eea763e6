import { littleEndian } from "./little-endian";

/** Numbers of a file that Python or its like writes, in row-major order. */
export interface NumberArray {
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** The numbers, the last axis running fastest. */
  readonly data: Numbers;
}

/** The typed arrays that files of numbers may hold. */
export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type Constructor = {
  new (buffer: ArrayBuffer): Numbers;
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
};

/** Formats of numbers by their names in NumPy, without the order of their bytes. */
export const numberFormats: Readonly<Record<string, Constructor>> = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** What something that should be a typed array is, in an error. */
export function kindOf(data: unknown): string {
  if (data === undefined || data === null) return `${data}`;
  const { name } = (data as object).constructor ?? {};
  return name ? `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}` : typeof data;
}

/** Numbers from bytes, as a copy. */
export function numbersFrom(bytes: Uint8Array, format: string, little: boolean): Numbers {
  const Format = numberFormats[format];
  const copy = Uint8Array.from(bytes);
  if (little !== littleEndian) reverse(copy, Format.BYTES_PER_ELEMENT);
  return new Format(copy.buffer);
}

/** The bytes of numbers, little-endian. */
export function littleEndianBytes(numbers: Numbers): Uint8Array {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).slice();
  if (!littleEndian) reverse(bytes, numbers.BYTES_PER_ELEMENT);
  return bytes;
}

function reverse(bytes: Uint8Array, width: number): void {
  if (width > 1) for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
