import { type NdArray, sizeOf, zeros } from "../array";
import { fromBytes } from "./pixels";

/** Grey pictures as bytes, and how they are to be given. */
export interface BytePictures {
  /** 0 is black, 255 white. */
  readonly bytes: Uint8Array;
  /** Of the bytes: number, height, width. */
  readonly shape: readonly [number, number, number];
  /** How many black pixels to add on every side. */
  readonly border: number;
  /** Equal for equal bytes: what stands for them where data are told apart. */
  readonly checksum: string;
}

/**
 * Grey pictures as values in [-1, 1] of shape `[n, h + 2·border, w + 2·border, 1]`, of which batches are
 * decoded as they are drawn: all of them as one array, which takes four times the bytes, are made only when
 * their `data` are asked for.
 */
export function bytePictures({ bytes, shape, border, checksum }: BytePictures): NdArray {
  const [n, height, width] = shape;
  const size = height * width;
  const [tall, wide] = [height + 2 * border, width + 2 * border];

  function read(rows: ArrayLike<number>): NdArray {
    const out = zeros([rows.length, tall, wide, 1]);
    if (border > 0) out.data.fill(-1);
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i] * size;
      const { data } = fromBytes([size], bytes.subarray(from, from + size));
      for (let y = 0; y < height; y++) {
        const line = data.subarray(y * width, (y + 1) * width);
        out.data.set(line, (i * tall + y + border) * wide + border);
      }
    }
    return out;
  }

  const array = {
    shape: Object.freeze([n, tall, wide, 1]),
    read,
    checksum: `${checksum} ${sizeOf(shape)} ${border}`,
  } as unknown as NdArray;
  for (const name of Object.keys(array)) Object.defineProperty(array, name, { writable: false });
  // Not among its entries, so that copying or digesting it decodes nothing; a plain value from then on.
  Object.defineProperty(array, "data", {
    configurable: true,
    get() {
      const { data } = read(Int32Array.from({ length: n }, (_, i) => i));
      Object.defineProperty(array, "data", { value: data, configurable: false });
      return data;
    },
  });
  return Object.preventExtensions(array);
}
