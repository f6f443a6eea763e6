import type { Corruption, ResizeOptions } from "./corruption";
import { shrinking } from "./filter";

/** Shrinks images: each pixel is the mean of factor × factor pixels. */
export function averagePool({ factor }: ResizeOptions): Corruption {
  return shrinking("average pooling", factor, (i) => {
    const from = Array.from({ length: factor }, (_, k) => i * factor + k);
    return { from, weights: from.map(() => 1 / factor) };
  });
}
