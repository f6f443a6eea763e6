import { expected } from "../../errors";
import type { Corruption, ResizeOptions } from "./corruption";
import { kernelTaps, shrinking } from "./filter";

/** Shrinks images by a windowed sinc, sinc(x) sinc(x / lobes), stretched so that it does not alias. */
export function lanczosDown({ factor, lobes = 3 }: ResizeOptions & { readonly lobes?: number }): Corruption {
  if (!(Number.isInteger(lobes) && lobes > 0)) throw expected("lobes as a whole number above 0", `${lobes}`);
  const at = (x: number) => (Math.abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0);
  return shrinking("Lanczos downsampling", factor, kernelTaps({ radius: lobes, at }, factor));
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
