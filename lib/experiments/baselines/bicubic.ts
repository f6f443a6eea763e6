import type { NdArray } from "../../array";
import { bicubicUp } from "../../couplings/corruptions";

/**
 * Super-resolution without learning, the baseline that every paper on it quotes: the low resolution enlarged
 * by cubic convolution (Keys, 1981, with a = −1/2), as Pillow and Matlab do. Blurred, but free.
 *
 * @example
 * const low = averagePool({ factor: 2 })(images.x);
 * const x = bicubic(low, { factor: 2 }); // measureRestored({ x, truth: images.x, … }) says how good it is
 * @param low images `[n, h, w, c]`
 */
export function bicubic(low: NdArray, { factor }: { readonly factor: number }): NdArray {
  return bicubicUp({ factor })(low);
}
