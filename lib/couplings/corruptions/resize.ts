import { type AxisFilter, type FilterTaps, linearTaps, meanTaps } from "../../data/resample";
import { assertKnown, expected } from "../../errors";
import { type Corruption, separable } from "./corruption";

/** Options of {@link averagePool}, {@link nearestUp} and their like. */
export interface ResizeOptions {
  /**
   * How many times smaller or larger, in height and in width: a whole number above 0. For shrinking it must
   * divide the sides.
   */
  readonly factor: number;
}

/** Shrinks images: each pixel is the mean of factor × factor pixels. */
export function averagePool(options: ResizeOptions): Corruption {
  assertKnown(options, { factor: true }, "averagePool");
  const { factor } = options;
  return shrinking("average pooling", factor, meanTaps(factor));
}

/**
 * Shrinks images with a cubic filter, widened by the factor to avoid aliasing.
 *
 * @example bicubicDown({ factor: 2 })(images.x).shape; // [32, 4, 4, 1]
 */
export function bicubicDown(options: ResizeOptions): Corruption {
  assertKnown(options, { factor: true }, "bicubicDown");
  const { factor } = options;
  return shrinking("bicubic downsampling", factor, kernelFilter(cubic, factor));
}

/**
 * Shrinks images with a windowed sinc, sinc(x) sinc(x / lobes), widened by the factor to avoid aliasing.
 *
 * @example lanczosDown({ factor: 2 })(images.x).shape; // [32, 4, 4, 1]
 */
export function lanczosDown(options: ResizeOptions & { readonly lobes?: number }): Corruption {
  assertKnown(options, { factor: true, lobes: true }, "lanczosDown");
  const { factor, lobes = 3 } = options;
  if (!(Number.isInteger(lobes) && lobes > 0)) throw expected("lobes as a whole number above 0", `${lobes}`);
  const at = (x: number) => (Math.abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0);
  return shrinking("Lanczos downsampling", factor, kernelFilter({ radius: lobes, at }, factor));
}

/** Enlarges images: each pixel becomes factor × factor equal ones. */
export function nearestUp(options: ResizeOptions): Corruption {
  assertKnown(options, { factor: true }, "nearestUp");
  const { factor } = options;
  return enlarging("nearest upsampling", factor, (length) =>
    Array.from({ length: length * factor }, (_, i) => ({ from: [Math.floor(i / factor)], weights: [1] })),
  );
}

/**
 * Enlarges images by linear interpolation between pixel centres.
 *
 * @example bilinearUp({ factor: 4 })(images.x).shape; // [32, 32, 32, 1]
 */
export function bilinearUp(options: ResizeOptions): Corruption {
  assertKnown(options, { factor: true }, "bilinearUp");
  const { factor } = options;
  return enlarging("bilinear upsampling", factor, (length) => linearTaps(length * factor)(length));
}

/**
 * Enlarges images by cubic convolution (Keys, 1981, with a = −1/2), as Pillow and Matlab do: super-resolution
 * without learning, the baseline that every paper on it quotes. Blurred, but free.
 *
 * @example
 * const low = averagePool({ factor: 2 })(images.x);
 * const x = bicubicUp({ factor: 2 })(low); // measureRestored({ x, truth: images.x, … }) says how good it is
 */
export function bicubicUp(options: ResizeOptions): Corruption {
  assertKnown(options, { factor: true }, "bicubicUp");
  const { factor } = options;
  const taps = kernelTaps(cubic, 1 / factor);
  return enlarging("bicubic upsampling", factor, (length) =>
    Array.from({ length: length * factor }, (_, i) => taps(i, length)),
  );
}

/** A filter that divides the length of an axis by `factor`. */
function shrinking(name: string, factor: number, filter: AxisFilter): Corruption {
  assertFactor(factor);
  return separable(name, (length) => {
    if (length % factor !== 0) {
      throw expected(
        `images whose sides are multiples of ${factor} for ${name}`,
        `a side of ${length}`,
        "Crop or pad the images, or choose another factor.",
      );
    }
    return filter(length);
  });
}

/** The taps of a filter that divides the length of an axis by `factor`. */
function kernelFilter(kernel: FilterKernel, factor: number): AxisFilter {
  const taps = kernelTaps(kernel, factor);
  return (length) => Array.from({ length: length / factor }, (_, i) => taps(i, length));
}

/** A filter that multiplies the length of an axis by `factor`. */
function enlarging(name: string, factor: number, filter: AxisFilter): Corruption {
  assertFactor(factor);
  return separable(name, filter);
}

function assertFactor(factor: number): void {
  if (!(Number.isInteger(factor) && factor > 0))
    throw expected("a factor as a whole number above 0", `${factor}`);
}

/** A symmetric filter kernel on the line, zero outside (−radius, radius). */
interface FilterKernel {
  readonly radius: number;
  at(x: number): number;
}

/**
 * The cubic convolution of Keys (1981) with a = −1/2, which reproduces quadratics between pixels; Pillow's
 * "bicubic".
 */
const cubic: FilterKernel = {
  radius: 2,
  at(x) {
    const r = Math.abs(x);
    if (r >= 2) return 0;
    return r < 1 ? (1.5 * r - 2.5) * r * r + 1 : ((-0.5 * r + 2.5) * r - 4) * r + 2;
  },
};

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/**
 * The taps of output pixel i when resampling, with pixel centres at half-integers. `scale` is input pixels
 * per output pixel; where it is above 1 the kernel is widened by it, to avoid aliasing. At the border, taps
 * outside the image are left out and the others normalised to sum to 1, as Pillow does.
 */
function kernelTaps(kernel: FilterKernel, scale: number): (i: number, length: number) => FilterTaps {
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
