import { type NdArray, ndarray, sampleSize, takeRows } from "../../lib/array";
import { maskOn } from "../../lib/conditions/mask";
import { gaussianBlur } from "../../lib/couplings";
import type { Rng } from "../../lib/random";

/** True images with their masks, and a class for each. */
export interface TrueHoles {
  readonly truth: NdArray;
  /** 0 in the hole. */
  readonly keep: NdArray;
  readonly classes: ArrayLike<number>;
}

/** Fills the holes of true images with a known fault. */
export type Fault = (holes: TrueHoles, rng: Rng) => NdArray;

/** The truth in the hole, replaced by `values`. */
function pasted({ truth, keep }: TrueHoles, values: ArrayLike<number> | number): NdArray {
  const data = new Float32Array(truth.data.length);
  maskOn(keep, truth).blend(truth.data, values, data);
  return ndarray(truth.shape, data);
}

/**
 * Each pixel of the hole becomes a speck of a random colour with probability `share`. With the same generator
 * the specks of a smaller share are among those of a larger one.
 */
export const specks =
  (share: number): Fault =>
  (holes, rng) => {
    const { shape, data } = holes.truth;
    const channels = shape[3];
    const [place, colour] = [rng.fork("place"), rng.fork("colour")];
    const values = Float32Array.from(data);
    for (let p = 0; p < data.length / channels; p++) {
      const hit = place.uniform() < share;
      for (let c = 0; c < channels; c++) {
        const value = 2 * colour.uniform() - 1;
        if (hit) values[p * channels + c] = value;
      }
    }
    return pasted(holes, values);
  };

/** Gaussian noise in the hole, clipped to [-1, 1]. */
export const noise =
  (sigma: number): Fault =>
  (holes, rng) =>
    pasted(
      holes,
      holes.truth.data.map((value) => Math.min(1, Math.max(-1, value + sigma * rng.normal()))),
    );

/** The hole shows the image blurred. */
export const blurred =
  (width: number): Fault =>
  (holes) =>
    pasted(holes, gaussianBlur({ width })(holes.truth).data);

/** The hole is left grey. */
export const grey: Fault = (holes) => pasted(holes, 0);

/** The hole shows another true image, of the same class or of another. */
export const another =
  (which: "same class" | "other class"): Fault =>
  (holes, rng) => {
    const { truth, classes } = holes;
    const n = truth.shape[0];
    const rows = Array.from({ length: n }, (_, row) => {
      const order = rng.permutation(n);
      const same = which === "same class";
      return order.find((other) => other !== row && (classes[other] === classes[row]) === same) ?? row;
    });
    return pasted(holes, takeRows(truth, rows).data);
  };

/** In a share of the images, chosen at random, filled and true ones are exchanged: the null hypothesis. */
export function exchanged(x: NdArray, truth: NdArray, rng: Rng): { x: NdArray; truth: NdArray } {
  const size = sampleSize(x);
  const [left, right] = [Float32Array.from(x.data), Float32Array.from(truth.data)];
  for (let i = 0; i < x.shape[0]; i++) {
    if (rng.uniform() < 0.5) continue;
    left.set(truth.data.subarray(i * size, (i + 1) * size), i * size);
    right.set(x.data.subarray(i * size, (i + 1) * size), i * size);
  }
  return { x: ndarray(x.shape, left), truth: ndarray(truth.shape, right) };
}
