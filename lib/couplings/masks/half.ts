import { choose } from "../../errors";
import { cutBox, type Mask, makeMask } from "./mask";

export type Side = "left" | "right" | "top" | "bottom";

/** One half of the image is the hole: the left, right, top or bottom one. */
export function half({ side = "right" }: { readonly side?: Side } = {}): Mask {
  const box = choose("side", side, {
    left: (h: number, w: number) => ({ top: 0, bottom: h, left: 0, right: w >> 1 }),
    right: (h: number, w: number) => ({ top: 0, bottom: h, left: w >> 1, right: w }),
    top: (h: number, w: number) => ({ top: 0, bottom: h >> 1, left: 0, right: w }),
    bottom: (h: number, w: number) => ({ top: h >> 1, bottom: h, left: 0, right: w }),
  });
  return makeMask(`${side} half`, (keep, { h, w }) => cutBox(keep, w, box(h, w)));
}
