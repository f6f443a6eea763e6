import type { Corruption, ResizeOptions } from "./corruption";
import { enlarging, type Kernel, kernelTaps, shrinking } from "./filter";

/** The cubic convolution of Keys (1981) with a = −1/2, which reproduces quadratics between pixels; Pillow's "bicubic". */
const cubic: Kernel = {
  radius: 2,
  at(x) {
    const r = Math.abs(x);
    if (r >= 2) return 0;
    return r < 1 ? (1.5 * r - 2.5) * r * r + 1 : ((-0.5 * r + 2.5) * r - 4) * r + 2;
  },
};

/** Shrinks images by a cubic filter, stretched so that it does not alias. */
export function bicubicDown({ factor }: ResizeOptions): Corruption {
  return shrinking("bicubic downsampling", factor, kernelTaps(cubic, factor));
}

/** Enlarges images by cubic interpolation. */
export function bicubicUp({ factor }: ResizeOptions): Corruption {
  return enlarging("bicubic upsampling", factor, kernelTaps(cubic, 1 / factor));
}
