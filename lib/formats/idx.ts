import { sizeOf } from "../array";
import { expected } from "../errors";
import { type NumberArray, numberFormats, numbersFrom } from "./numbers-file";

/** The third byte of the file → the numbers' format. */
const formats: Readonly<Record<number, string>> = {
  8: "u1",
  9: "i1",
  11: "i2",
  12: "i4",
  13: "f4",
  14: "f8",
};

/**
 * Decodes the IDX format of the MNIST files: a magic number 0, 0, type, rank; the lengths of the axes as
 * big-endian int32; the numbers, big-endian.
 * @throws UsageError when the header or the length is not valid.
 */
export function decodeIdxArray(bytes: Uint8Array, source: string): NumberArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = bytes.length < 4 || view.getUint16(0) !== 0 ? undefined : formats[bytes[2]];
  if (format === undefined) {
    const first = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw expected(`an IDX file in ${source}`, first ? `one that starts with the bytes ${first}` : "nothing");
  }
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw expected(`a header of ${start} bytes in ${source}`, `${bytes.length}`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const wanted = start + sizeOf(shape) * numberFormats[format].BYTES_PER_ELEMENT;
  if (bytes.length !== wanted) {
    throw expected(`${wanted} bytes for shape [${shape.join(", ")}] in ${source}`, `${bytes.length}`);
  }
  return { shape, data: numbersFrom(bytes.subarray(start), format, false) };
}

/** What a file of unsigned bytes, as those of MNIST are, holds. */
export interface IdxBytes {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** `decodeIdxArray` of unsigned bytes. @throws UsageError as it does, and for other numbers. */
export function decodeIdxBytes(bytes: Uint8Array, source: string): IdxBytes {
  const { shape, data } = decodeIdxArray(bytes, source);
  if (data instanceof Uint8Array) return { shape, data };
  throw expected(`unsigned bytes in ${source}`, `numbers of ${8 * data.BYTES_PER_ELEMENT} bits`);
}
