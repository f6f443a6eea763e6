import type { Corruption, ResizeOptions } from "./corruption";
import { enlarging } from "./filter";

/** Enlarges images: each pixel becomes factor × factor equal ones. */
export function nearestUp({ factor }: ResizeOptions): Corruption {
  return enlarging("nearest upsampling", factor, (i) => ({ from: [Math.floor(i / factor)], weights: [1] }));
}
