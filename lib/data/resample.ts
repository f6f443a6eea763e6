import { type NdArray, ndarray, sizeOf, zeros } from "../array";

/** The input positions that one output position of a filter sums, and their weights. */
export interface FilterTaps {
  readonly from: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** A linear filter along one axis: the taps of each output position, for an axis of this length. */
export type AxisFilter = (length: number) => readonly FilterTaps[];

/** Filters an array along one axis; its new length is the number of taps. Sums are in float64. */
export function filterAxis(array: NdArray, axis: number, taps: readonly FilterTaps[]): NdArray {
  const { shape } = array;
  const length = shape[axis];
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const out = zeros([...shape.slice(0, axis), taps.length, ...shape.slice(axis + 1)], array);
  const sum = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < taps.length; i++) {
      const { from, weights } = taps[i];
      sum.fill(0);
      for (let k = 0; k < from.length; k++) {
        const at = (o * length + from[k]) * inner;
        for (let j = 0; j < inner; j++) sum[j] += weights[k] * array.data[at + j];
      }
      out.data.set(sum, (o * taps.length + i) * inner);
    }
  }
  return out;
}

/**
 * Linear interpolation from one length of an axis to another, between the centres of pixels, which lie at
 * half-integers. Beyond the outermost centres the border pixel is repeated. Shrinking does not smooth.
 */
export const linearTaps =
  (to: number): AxisFilter =>
  (from) =>
    Array.from({ length: to }, (_, k) => {
      const at = Math.min(Math.max(((k + 0.5) * from) / to - 0.5, 0), from - 1);
      const low = Math.floor(at);
      const share = at - low;
      return share === 0
        ? { from: [low], weights: [1] }
        : { from: [low, low + 1], weights: [1 - share, share] };
    });

/** The mean of `factor` neighbours, which must divide the length. */
export const meanTaps =
  (factor: number): AxisFilter =>
  (length) =>
    Array.from({ length: length / factor }, (_, i) => {
      const from = Array.from({ length: factor }, (_, k) => i * factor + k);
      return { from, weights: from.map(() => 1 / factor) };
    });

/**
 * The mean over `to` equal parts of the axis; a position that lies in two parts counts in both by its
 * shares.
 */
export const areaTaps =
  (to: number): AxisFilter =>
  (length) => {
    if (length % to === 0) return meanTaps(length / to)(length);
    const step = length / to;
    return Array.from({ length: to }, (_, i) => {
      const [start, end] = [i * step, (i + 1) * step];
      const first = Math.floor(start);
      const from = Array.from(
        { length: Math.min(length, Math.ceil(end - 1e-9)) - first },
        (_, k) => first + k,
      );
      return { from, weights: from.map((k) => (Math.min(k + 1, end) - Math.max(k, start)) / step) };
    });
  };

/** Resizes images `[n, h, w, c]` to another height and width by bilinear interpolation, in float32. */
export function resizeBilinear(images: NdArray, [height, width]: readonly [number, number]): NdArray {
  const [n, h, w, c] = images.shape;
  if (h === height && w === width) return images;
  // Rounded to float32 once, at the end.
  const exact = ndarray(images.shape, Float64Array.from(images.data));
  const wide = filterAxis(exact, 2, linearTaps(width)(w));
  return ndarray([n, height, width, c], Float32Array.from(filterAxis(wide, 1, linearTaps(height)(h)).data));
}
