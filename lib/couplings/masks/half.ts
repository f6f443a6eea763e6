import { assertKnown, choose, expected } from "../../errors";
import { cutBox, type MaskSampler, makeMask } from "./mask";

/** The half of an image that is missing. */
export type Side = "left" | "right" | "top" | "bottom";

/**
 * The hole is one half of the image: left, right, top or bottom.
 * @throws `draw` does, where that side is one pixel long: of points there is a left and a right half.
 */
export function half(options: { readonly side?: Side } = {}): MaskSampler {
  assertKnown(options, { side: true }, "half");
  const { side = "right" } = options;
  // Bounds in halves of the image's height and width.
  const halves: Readonly<Record<Side, readonly [number, number, number, number]>> = {
    left: [0, 2, 0, 1],
    right: [0, 2, 1, 2],
    top: [0, 1, 0, 2],
    bottom: [1, 2, 0, 2],
  };
  const [top, bottom, left, right] = choose("side", side, halves);
  return makeMask(`${side} half`, (keep, { h, w }) => {
    const length = side === "left" || side === "right" ? w : h;
    if (length < 2) throw expected(`2 pixels or more for a ${side} half`, `${length}`);
    const row = (n: number) => (n * h) >> 1;
    const column = (n: number) => (n * w) >> 1;
    cutBox(keep, w, { top: row(top), bottom: row(bottom), left: column(left), right: column(right) });
  });
}
