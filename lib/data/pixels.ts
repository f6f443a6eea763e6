import { type NdArray, ndarray, sizeOf } from "../array";

const FROM_BYTE = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

/** A byte as a value in [-1, 1]. */
export const levelOf = (byte: number): number => FROM_BYTE[byte];

/** Bytes 0 … 255 as values in [-1, 1]: 0 is black (−1), 255 white (1). */
export function fromBytes(shape: readonly number[], bytes: Uint8Array): NdArray {
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = FROM_BYTE[bytes[i]];
  return ndarray(shape, data);
}

/** Values in [-1, 1] as bytes: clipped, then rounded to the nearest of 256 levels. */
export function toBytes(images: NdArray): Uint8Array {
  return Uint8Array.from(images.data, byteOf);
}

/**
 * The same images with every value moved to the nearest of 256 levels in [-1, 1], as an image file would
 * store it.
 */
export function quantise(images: NdArray): NdArray {
  const data = new Float32Array(images.data.length);
  for (let i = 0; i < data.length; i++) data[i] = FROM_BYTE[byteOf(images.data[i])];
  return ndarray(images.shape, data);
}

/** A pixel's value as pictures have it: a flow may end a little outside [-1, 1]. */
export const clipped = (value: number): number => Math.min(1, Math.max(-1, value));

const byteOf = (value: number) => Math.round((clipped(value) + 1) * 127.5);
