import { expected } from "../errors";

/** An array of bytes in the IDX format of the MNIST files. */
export interface Idx {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads IDX: a magic number 0, 0, type, rank; the lengths of the axes as big-endian int32; the data.
 * Supports unsigned bytes (type 0x08) only. `data` shares memory with `bytes`.
 * @throws when the header or the length is not valid.
 */
export function decodeIdx(bytes: Uint8Array, what = "IDX file"): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || view.getUint8(2) !== 8) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw expected(`an ${what} that starts with the bytes 00 00 08`, `${start || "nothing"}`);
  }
  const rank = view.getUint8(3);
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw expected(`an ${what} with a header of ${header} bytes`, `${bytes.length}`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== header + size) {
    throw expected(
      `an ${what} of ${header + size} bytes for shape [${shape.join(", ")}]`,
      `${bytes.length} bytes`,
    );
  }
  return Object.freeze({ shape: Object.freeze(shape), data: bytes.subarray(header) });
}
