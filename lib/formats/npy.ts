import { readFileSync } from "node:fs";
import { sizeOf } from "../array";
import { expected, UsageError } from "../errors";
import { writeAtomically } from "../files/atomic-write";
import { kindOf, littleEndianBytes, type NumberArray, numberFormats, numbersFrom } from "./numbers-file";
import { readZip, writeZip } from "./zip";

const MAGIC = "\x93NUMPY";

/**
 * Encodes an array in NumPy's format .npy, version 1.0 (NumPy enhancement proposal 1), little-endian,
 * row-major.
 * @throws UsageError if it isn't one of those typed arrays, or its length isn't that of its shape.
 */
export function encodeNpy({ shape, data }: NumberArray): Uint8Array {
  const format = Object.entries(numberFormats).find(([, Format]) => data instanceof Format)?.[0];
  if (format === undefined || !Array.isArray(shape)) {
    const names = Object.values(numberFormats).map(({ name }) => name);
    throw expected(
      `an array to be { shape, data } with numbers in a ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`,
      format === undefined ? kindOf(data) : `${kindOf(shape)} as shape`,
      "Convert it first, for example with Float32Array.from(data).",
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new UsageError(`An array of shape [${shape.join(", ")}] can't hold ${data.length} numbers.`);
  }
  const order = format.endsWith("1") ? "|" : "<";
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const header = `{'descr': '${order}${format}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((header.length + 11) / 64) * 64 - 10;
  const start = Buffer.alloc(10 + length, " ");
  start.write(MAGIC, "latin1");
  start.set([1, 0, length & 255, length >> 8], 6);
  start.write(header, 10, "latin1");
  start[start.length - 1] = 10;
  return Buffer.concat([start, littleEndianBytes(data)]);
}

/**
 * Decodes an array in NumPy's format: whole numbers of 8 to 64 bits, booleans, and floats of 16 to 64 bits,
 * in either order of bytes and of axes. Half floats become float32, booleans bytes; numbers of 64 bits
 * float64.
 * @param source what errors call the bytes, such as a path
 * @throws UsageError if they are cut off, aren't in this format, or hold other things, such as Python
 * objects; also for whole numbers above 2⁵³, which float64 can't hold.
 */
export function decodeNpy(bytes: Uint8Array, source = "the given bytes"): NumberArray {
  const fail = (why: string) => new UsageError(`Can't read ${source} as a NumPy array: ${why}.`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 10 || buffer.toString("latin1", 0, 6) !== MAGIC) throw fail("it doesn't start as one");
  if (buffer[6] < 1 || buffer[6] > 3)
    throw fail(`it is of version ${buffer[6]} of that format, which isn't known`);
  const wide = buffer[6] >= 2;
  if (buffer.length < 12) throw fail("it is cut off in its header");
  const length = wide ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8);
  const start = (wide ? 12 : 10) + length;
  if (buffer.length < start) throw fail("it is cut off in its header");
  const header = buffer.toString("latin1", wide ? 12 : 10, start);
  const descr = /'descr':\s*'([<>|=]?)([a-zA-Z]\d+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const tuple = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (!descr || order === undefined || tuple === undefined) {
    throw fail("its header names no plain array of numbers (objects and records aren't read)");
  }
  const shape = tuple
    .split(",")
    .filter((length) => length.trim() !== "")
    .map(Number);
  const [, endian, format] = descr;
  const width = Number(format.slice(1));
  if (!/^(?:[ui][1248]|f[248]|b1)$/.test(format)) throw fail(`it holds ${format}, not numbers that are read`);
  const wanted = sizeOf(shape) * width;
  const content = buffer.subarray(start);
  if (content.length !== wanted) {
    throw fail(`its shape [${shape.join(", ")}] takes ${wanted} bytes, and it has ${content.length}`);
  }
  const data = decodeNumbers(content, format, endian !== ">", fail);
  return { shape, data: order === "True" ? rowMajor(shape, data) : data };
}

function decodeNumbers(
  bytes: Buffer,
  format: string,
  little: boolean,
  fail: (why: string) => Error,
): NumberArray["data"] {
  if (format === "b1") return Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : 1));
  if (format === "f2") {
    const bits = numbersFrom(bytes, "u2", little);
    return Float32Array.from(bits, fromHalf);
  }
  if (format === "i8" || format === "u8") {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Float64Array.from({ length: bytes.length / 8 }, (_, k) => {
      const value = format === "i8" ? view.getBigInt64(8 * k, little) : view.getBigUint64(8 * k, little);
      if (Number.isSafeInteger(Number(value))) return Number(value);
      throw fail(`it holds ${value}, which is beyond 2⁵³ and can't be kept exactly`);
    });
  }
  return numbersFrom(bytes, format, little);
}

/** Numbers whose first axis runs fastest, in the usual order. */
function rowMajor(shape: readonly number[], data: NumberArray["data"]): NumberArray["data"] {
  const out = data.slice();
  const at = shape.map(() => 0);
  for (let e = 0; e < data.length; e++) {
    let to = 0;
    for (let axis = 0; axis < shape.length; axis++) to = to * shape[axis] + at[axis];
    out[to] = data[e];
    for (let axis = 0; axis < shape.length && ++at[axis] === shape[axis]; axis++) at[axis] = 0;
  }
  return out;
}

/** A half float by its bits. */
function fromHalf(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Arrays of a .npz file, as `numpy.savez` and `savez_compressed` write it. @throws as `decodeNpy` does. */
export function decodeNpz(
  bytes: Uint8Array,
  source = "the given bytes",
): Readonly<Record<string, NumberArray>> {
  const entries = [...readZip(bytes, source)].filter(([name]) => name.endsWith(".npy"));
  return Object.freeze(
    Object.fromEntries(
      entries.map(([name, content]) => [name.slice(0, -4), decodeNpy(content, `"${name}" in ${source}`)]),
    ),
  );
}

/**
 * Writes an array for Python: `numpy.load(path)` gives it back, bit for bit.
 *
 * @example saveNpy("samples.npy", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
 * @throws UsageError if it can't be written.
 */
export function saveNpy(path: string, array: NumberArray): void {
  writeAtomically(path, encodeNpy(array));
}

/**
 * Writes several arrays in one file: `numpy.load(path)["name"]`. @throws UsageError if it can't be written.
 */
export function saveNpz(path: string, arrays: Readonly<Record<string, NumberArray>>): void {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const);
  writeAtomically(path, writeZip(new Map(entries)));
}

/** Reads a .npy file. @throws UsageError if it can't be read or isn't one; see `decodeNpy`. */
export function loadNpy(path: string): NumberArray {
  return decodeNpy(fileBytes(path), `"${path}"`);
}

/** Reads a .npz file. @throws UsageError if it can't be read or isn't one; see `decodeNpy`. */
export function loadNpz(path: string): Readonly<Record<string, NumberArray>> {
  return decodeNpz(fileBytes(path), `"${path}"`);
}

function fileBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`Can't read "${path}": ${(error as Error).message.split("\n")[0]}.`);
  }
}
