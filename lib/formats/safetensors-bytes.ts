import { sizeOf } from "../array";
import { choose, expected, UsageError } from "../errors";
import { littleEndian } from "./little-endian";
import { kindOf } from "./numbers-file";

/** An array of a safetensors file. */
export interface StoredArray {
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** The numbers, the last axis running fastest. */
  readonly data: Float32Array | Int32Array;
}

/** Arrays of a safetensors file, by name. */
export type StoredArrays = Readonly<Record<string, StoredArray>>;

/** The contents of a safetensors file. */
export interface Safetensors {
  /** Arrays by name: float32 (from F32 and F16) and int32 (from I32). */
  readonly tensors: StoredArrays;
  /** Texts by name, which the format allows beside the arrays. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of {@link encodeSafetensors}. */
export interface SafetensorsOptions {
  /** Texts by name to store beside the arrays. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Format of float arrays in the file: "F32" keeps every bit, "F16" halves the size, and makes
   * numbers from 65,520 on infinite. Default "F32".
   */
  readonly floats?: "F32" | "F16";
}

const widths: Readonly<Record<string, number>> = { F32: 4, F16: 2, I32: 4 };

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Encodes arrays in the safetensors format (github.com/huggingface/safetensors): eight bytes with the length
 * of a JSON header, the header padded with spaces to a multiple of 8, the arrays' bytes, all little-endian.
 * @throws UsageError if an array isn't a Float32Array or an Int32Array, its length isn't that of its shape,
 * its name is "__metadata__" or "__proto__", metadata isn't text, or the format of floats isn't known.
 */
export function encodeSafetensors(tensors: StoredArrays, options: SafetensorsOptions = {}): Uint8Array {
  const { metadata, floats = "F32" } = options;
  choose("a format of floats", floats, { F32: true, F16: true });
  if (metadata && !isTexts(metadata)) throw expected("metadata that is a record of texts", "other values");
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (name === "__metadata__" || name === "__proto__")
      throw new UsageError(`No array can be named "${name}" in a safetensors file.`);
    if (!(data instanceof Float32Array || data instanceof Int32Array)) {
      const advice = "Convert it first, for example with Float32Array.from(data).";
      throw expected(`array "${name}" as a Float32Array or an Int32Array`, kindOf(data), advice);
    }
    if (data.length !== sizeOf(shape)) {
      throw new UsageError(`Array "${name}" of shape [${shape.join(", ")}] holds ${data.length} numbers.`);
    }
    const dtype = data instanceof Int32Array ? "I32" : floats;
    const bytes = dtype === "F16" ? toHalf(data as Float32Array) : bytesOf(data);
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(8 + headerLength + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(headerLength), true);
  out.fill(0x20, 8, 8 + headerLength);
  out.set(text, 8);
  let at = 8 + headerLength;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Decodes arrays in the safetensors format.
 * @param source what errors call the bytes, such as a path
 * @throws UsageError if the bytes are cut off, aren't in this format, or hold a number format other than F32,
 * F16 and I32.
 */
export function decodeSafetensors(bytes: Uint8Array, source = "the given bytes"): Safetensors {
  const fail = (why: string) => new UsageError(`Can't read ${source} as a safetensors file: ${why}.`);
  if (bytes.length < 8) throw fail(`it has ${bytes.length} bytes, too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > 100_000_000)
    throw fail("it doesn't start with the length of a header, so it is of another format");
  if (8 + length > bytes.length) throw fail(`it ends within its header, at ${bytes.length} bytes`);
  const header = parseHeader(bytes.subarray(8, 8 + length), fail);
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  if (!isTexts(metadata)) throw fail("its metadata isn't a record of texts");

  const start = 8 + length;
  const available = bytes.length - start;
  const tensors: Record<string, StoredArray> = {};
  const ranges: [from: number, to: number, name: string][] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: range } = (entry ?? {}) as Entry;
    if (!Array.isArray(shape) || !shape.every(isSize) || !isRange(range)) {
      throw fail(`its entry "${name}" has no shape or no offsets`);
    }
    const width = widths[dtype];
    if (!width) throw fail(`array "${name}" is of format ${dtype}, and only F32, F16 and I32 are read`);
    const [from, to] = range;
    if (to - from !== width * sizeOf(shape)) {
      throw fail(`array "${name}" of shape [${shape.join(", ")}] has ${to - from} bytes`);
    }
    if (to > available) {
      throw fail(`it is cut off: array "${name}" ends at byte ${start + to} and the file at ${bytes.length}`);
    }
    if (name === "__proto__") throw fail('no array can be named "__proto__"');
    ranges.push([from, to, name]);
    const copy = new Uint8Array(bytes.subarray(start + from, start + to)); // a Buffer's slice would share
    tensors[name] = { shape: Object.freeze([...shape]), data: fromBytes(copy, dtype) };
  }
  const end = ranges
    .sort(([a, b], [c, d]) => a - c || b - d)
    .reduce((end, [from, to, name]) => {
      if (from === end) return to;
      throw fail(
        `array "${name}" begins at byte ${start + from} and the one before it ends at ${start + end}`,
      );
    }, 0);
  if (end !== available) throw fail(`its arrays have ${end} bytes and the file has room for ${available}`);
  return Object.freeze({
    tensors: Object.freeze(tensors),
    metadata: Object.freeze({ ...metadata }),
  });
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isRange = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isSize);

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === "string");

function parseHeader(bytes: Uint8Array, fail: (why: string) => Error): object {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (header && typeof header === "object" && !Array.isArray(header)) return header;
  } catch {
    // reported below
  }
  throw fail("its header isn't a JSON object");
}

function bytesOf(data: Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return littleEndian ? bytes : swapped(bytes);
}

/** Each group of four bytes in reverse order. */
function swapped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let i = 0; i < out.length; i += 4) out.subarray(i, i + 4).reverse();
  return out;
}

function fromBytes(bytes: Uint8Array, dtype: string): Float32Array | Int32Array {
  if (dtype === "F16") return fromHalf(bytes);
  const { buffer } = littleEndian ? bytes : swapped(bytes);
  return dtype === "I32" ? new Int32Array(buffer) : new Float32Array(buffer);
}

/** Float32 to IEEE half precision, rounded to nearest even. */
function toHalf(data: Float32Array): Uint8Array {
  const out = new Uint8Array(data.length * 2);
  const view = new DataView(out.buffer);
  for (let i = 0; i < data.length; i++) view.setUint16(2 * i, halfBits(data[i]), true);
  return out;
}

function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2⁻¹⁴ the spacing is 2⁻²⁴; above, 2⁻¹⁰ of the power of two below the value.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const ulp = 2 ** (exponent - 10);
  const units = roundEven(size / ulp);
  return sign | (exponent === -14 ? units : (exponent + 14) * 1024 + units);
}

function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
}

function fromHalf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = view.getUint16(2 * i, true);
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const sign = bits & 0x8000 ? -1 : 1;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}
