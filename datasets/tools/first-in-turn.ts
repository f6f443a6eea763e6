import { expected } from "../../lib/errors";
import type { IdxBytes } from "../../lib/formats/idx";

/**
 * The rows of the first `count` samples of each class, the classes in turn: class 0's first, class 1's first,
 * …, class 0's second, and so on.
 * @throws when a class has fewer.
 */
export function firstInTurn(labels: ArrayLike<number>, classes: number, count: number): number[] {
  const rows: number[][] = Array.from({ length: classes }, () => []);
  for (let row = 0; row < labels.length; row++) rows[labels[row]].push(row);
  const few = rows.findIndex((of) => of.length < count);
  if (few >= 0) throw expected(`${count} samples of class ${few}`, `${rows[few].length}`);
  return Array.from({ length: count * classes }, (_, i) => rows[i % classes][Math.floor(i / classes)]);
}

/** An IDX file of these rows of another, in this order. */
export function encodeIdx({ shape, data }: IdxBytes, rows: readonly number[]): Uint8Array {
  const size = data.length / shape[0];
  const header = 4 + 4 * shape.length;
  const bytes = new Uint8Array(header + rows.length * size);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, 0x0800 + shape.length);
  [rows.length, ...shape.slice(1)].forEach((length, axis) => {
    view.setUint32(4 + 4 * axis, length);
  });
  rows.forEach((row, i) => {
    bytes.set(data.subarray(row * size, (row + 1) * size), header + i * size);
  });
  return bytes;
}
