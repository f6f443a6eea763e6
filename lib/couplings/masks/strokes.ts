import { assertKnown, expected } from "../../errors";
import { type MaskSampler, makeMask } from "./mask";

/**
 * Free-form holes: `count` strokes of a round brush. Each starts anywhere and has `turns` straight segments,
 * each a quarter to a half of the image's side long, which turn by at most 90°. `width` is the brush's
 * diameter as a fraction of the side.
 */
export function strokes(
  options: { readonly count?: number; readonly width?: number; readonly turns?: number } = {},
): MaskSampler {
  assertKnown(options, { count: true, width: true, turns: true }, "strokes");
  const { count = 3, width = 0.12, turns = 4 } = options;
  if (!(Number.isInteger(count) && count > 0)) throw expected("one stroke or more", `${count}`);
  if (!(Number.isInteger(turns) && turns > 0)) throw expected("one turn or more", `${turns}`);
  if (!(width > 0 && width <= 1)) throw expected("a width above 0, at most 1", `${width}`);
  return makeMask(`strokes ${count} × ${width}`, (keep, { h, w }, rng) => {
    const side = Math.min(h, w);
    for (let stroke = 0; stroke < count; stroke++) {
      let x = rng.uniform() * w;
      let y = rng.uniform() * h;
      let angle = rng.uniform() * 2 * Math.PI;
      for (let turn = 0; turn < turns; turn++) {
        const length = side * (0.25 + 0.25 * rng.uniform());
        const toX = Math.min(Math.max(x + length * Math.cos(angle), 0), w);
        const toY = Math.min(Math.max(y + length * Math.sin(angle), 0), h);
        cutSegment(keep, { h, w }, { x, y, toX, toY, radius: (width * side) / 2 });
        x = toX;
        y = toY;
        angle += (rng.uniform() - 0.5) * Math.PI;
      }
    }
  });
}

/** Cuts all pixels whose centre is within `radius` of the segment, and the pixels under its ends. */
function cutSegment(
  keep: Float32Array,
  { h, w }: { readonly h: number; readonly w: number },
  line: {
    readonly x: number;
    readonly y: number;
    readonly toX: number;
    readonly toY: number;
    readonly radius: number;
  },
): void {
  const { x, y, toX, toY } = line;
  // A thinner brush would slip between the centres of the pixels.
  const radius = Math.max(line.radius, Math.SQRT1_2);
  const dx = toX - x;
  const dy = toY - y;
  const squared = dx * dx + dy * dy;
  const top = Math.max(0, Math.floor(Math.min(y, toY) - radius));
  const bottom = Math.min(h, Math.ceil(Math.max(y, toY) + radius));
  const left = Math.max(0, Math.floor(Math.min(x, toX) - radius));
  const right = Math.min(w, Math.ceil(Math.max(x, toX) + radius));
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const px = column + 0.5 - x;
      const py = row + 0.5 - y;
      const along = squared > 0 ? Math.min(Math.max((px * dx + py * dy) / squared, 0), 1) : 0;
      if (Math.hypot(px - along * dx, py - along * dy) <= radius) keep[row * w + column] = 0;
    }
  }
}
