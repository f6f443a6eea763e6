import { type NdArray, zeros } from "../array";
import { levelOf } from "./pixels";
import { rowsOnDemand } from "./rows-on-demand";

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
    out.data.fill(levelOf(0));
    for (let i = 0; i < rows.length; i++) {
      for (let y = 0; y < height; y++) {
        const from = rows[i] * size + y * width;
        const to = (i * tall + y + border) * wide + border;
        for (let x = 0; x < width; x++) out.data[to + x] = levelOf(bytes[from + x]);
      }
    }
    return out;
  }

  return rowsOnDemand({
    shape: [n, tall, wide, 1],
    read,
    checksum: `${checksum} ${shape.join("×")} ${border}`,
    all: () => read(Int32Array.from({ length: n }, (_, i) => i)).data,
  });
}
