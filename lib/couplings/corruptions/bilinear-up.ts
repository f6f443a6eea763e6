import type { Corruption, ResizeOptions } from "./corruption";
import { enlarging, kernelTaps } from "./filter";

/** Enlarges images by linear interpolation between pixel centres. */
export function bilinearUp({ factor }: ResizeOptions): Corruption {
  const at = (x: number) => Math.max(0, 1 - Math.abs(x));
  return enlarging("bilinear upsampling", factor, kernelTaps({ radius: 1, at }, 1 / factor));
}
