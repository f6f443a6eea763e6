import { assertKnown, expected } from "../../errors";
import { cutBox, type MaskSampler, makeMask } from "./mask";

/**
 * The masks of section 4.1: the image is cut into grid × grid equal tiles, and each goes into the hole with
 * probability p, independently of the others and of the image.
 *
 * @example
 * tiles({ grid: 4, p: 0.3 }).draw({ n: 16, h: 32, w: 32 }, rng(0)); // masks [16, 32, 32, 1] of 8×8 tiles
 * @throws `draw` does, when the sides of the image are not multiples of `grid`.
 */
export function tiles(options: { readonly grid?: number; readonly p?: number } = {}): MaskSampler {
  assertKnown(options, { grid: true, p: true }, "tiles");
  const { grid = 8, p = 0.3 } = options;
  if (!(Number.isInteger(grid) && grid > 0)) throw expected("a grid of 1 or more tiles per side", `${grid}`);
  if (!(p >= 0 && p <= 1)) throw expected("a probability p from 0 to 1", `${p}`);
  return makeMask(`tiles ${grid}×${grid}, p = ${p}`, (keep, { h, w }, rng) => {
    if (h % grid !== 0 || w % grid !== 0) {
      throw expected(
        `images whose sides are multiples of ${grid}, the grid of the tiles`,
        `${h}×${w} pixels`,
      );
    }
    const height = h / grid;
    const width = w / grid;
    for (let row = 0; row < grid; row++) {
      for (let column = 0; column < grid; column++) {
        if (rng.uniform() < p) {
          const top = row * height;
          const left = column * width;
          cutBox(keep, w, { top, bottom: top + height, left, right: left + width });
        }
      }
    }
  });
}
