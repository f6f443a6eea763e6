import { assertKnown, expected } from "../../errors";
import { cutBox, type MaskSampler, makeMask } from "./mask";

/**
 * One rectangular hole at a random position; its height and its width are independent and uniform between
 * `min` and `max` times the image's side.
 *
 * @example rectangle({ max: 0.5 }).draw({ n: 4, h: 32, w: 32 }, rng(0)).shape; // [4, 32, 32, 1]
 */
export function rectangle(options: { readonly min?: number; readonly max?: number } = {}): MaskSampler {
  assertKnown(options, { min: true, max: true }, "rectangle");
  const { min = 0.25, max = 0.75 } = options;
  if (!(min > 0 && min <= max && max <= 1)) {
    throw expected("fractions of the side with 0 < min ≤ max ≤ 1", `min ${min}, max ${max}`);
  }
  return makeMask(`rectangle ${min}–${max}`, (keep, { h, w }, rng) => {
    const length = (side: number) => Math.max(1, Math.round(side * (min + (max - min) * rng.uniform())));
    const height = length(h);
    const width = length(w);
    const top = rng.int(h - height + 1);
    const left = rng.int(w - width + 1);
    cutBox(keep, w, { top, bottom: top + height, left, right: left + width });
  });
}
