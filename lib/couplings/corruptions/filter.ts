import { type NdArray, sizeOf, zeros } from "../../array";
import { expected } from "../../errors";
import { assertFactor, assertImages, type Corruption } from "./corruption";

/** The weights with which one output position sums its inputs. */
export interface Taps {
  readonly from: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** A linear filter along one axis: for each output position, its taps on an axis of this length. */
export type AxisFilter = (length: number) => readonly Taps[];

/** A corruption that applies the same filter down the columns and along the rows of each channel. */
export function separable(name: string, filter: AxisFilter): Corruption {
  return (images) => {
    assertImages(images, name);
    return filterAxis(filterAxis(images, 1, filter(images.shape[1])), 2, filter(images.shape[2]));
  };
}

/** A filter that divides the length of an axis by `factor`. */
export function shrinking(
  name: string,
  factor: number,
  taps: (i: number, length: number) => Taps,
): Corruption {
  assertFactor(factor);
  return separable(name, (length) => {
    if (length % factor !== 0) {
      throw expected(
        `images whose sides are multiples of ${factor} for ${name}`,
        `a side of ${length}`,
        "Crop or pad the images, or choose another factor.",
      );
    }
    return Array.from({ length: length / factor }, (_, i) => taps(i, length));
  });
}

/** A filter that multiplies the length of an axis by `factor`. */
export function enlarging(
  name: string,
  factor: number,
  taps: (i: number, length: number) => Taps,
): Corruption {
  assertFactor(factor);
  return separable(name, (length) => Array.from({ length: length * factor }, (_, i) => taps(i, length)));
}

/** A symmetric kernel on the line, zero outside (−radius, radius). */
export interface Kernel {
  readonly radius: number;
  at(x: number): number;
}

/**
 * The taps of output pixel i for a change of scale, pixels having their centres at half-integers. `scale` is input
 * pixels per output pixel; where it is above 1 the kernel is stretched by it, so that nothing is left to alias. At
 * a border the taps outside the image are left out and the others scaled to sum to 1, as Pillow does.
 */
export function kernelTaps(kernel: Kernel, scale: number): (i: number, length: number) => Taps {
  const stretch = Math.max(1, scale);
  return (i, length) => {
    const centre = (i + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - kernel.radius * stretch));
    const last = Math.min(length - 1, Math.floor(centre + kernel.radius * stretch));
    const from = Array.from({ length: last - first + 1 }, (_, k) => first + k);
    const raw = from.map((j) => kernel.at((j - centre) / stretch));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { from, weights: raw.map((weight) => weight / total) };
  };
}

function filterAxis(images: NdArray, axis: number, taps: readonly Taps[]): NdArray {
  const { shape } = images;
  const length = shape[axis];
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const out = zeros([...shape.slice(0, axis), taps.length, ...shape.slice(axis + 1)], images);
  const sum = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < taps.length; i++) {
      const { from, weights } = taps[i];
      sum.fill(0);
      for (let k = 0; k < from.length; k++) {
        const at = (o * length + from[k]) * inner;
        for (let j = 0; j < inner; j++) sum[j] += weights[k] * images.data[at + j];
      }
      out.data.set(sum, (o * taps.length + i) * inner);
    }
  }
  return out;
}
