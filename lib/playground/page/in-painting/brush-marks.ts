/** Pixels of the overlay for one of the picture. */
export const zoom = 12;

/** A mask of a picture, 1 where a pixel is known. */
export interface Mask {
  readonly h: number;
  readonly w: number;
  readonly keep: Uint8Array;
}

/** Draws the edge of the hole. */
export function drawOutline(context: CanvasRenderingContext2D, mask: Mask, colour: string): void {
  const { h, w, keep } = mask;
  context.beginPath();
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      if (keep[y * w + x]) continue;
      const [l, t, r, b] = [x * zoom, y * zoom, (x + 1) * zoom, (y + 1) * zoom];
      const edges = [
        { shown: isKnown(mask, x, y - 1), from: [l, t], to: [r, t] },
        { shown: isKnown(mask, x, y + 1), from: [l, b], to: [r, b] },
        { shown: isKnown(mask, x - 1, y), from: [l, t], to: [l, b] },
        { shown: isKnown(mask, x + 1, y), from: [r, t], to: [r, b] },
      ];
      for (const { shown, from, to } of edges) {
        if (!shown) continue;
        context.moveTo(from[0], from[1]);
        context.lineTo(to[0], to[1]);
      }
    }
  }
  strokeOnWhite(context, { white: "#ffffffcc", widths: [3, 1.5], colour });
}

/** Draws the circle that the brush would paint. */
export function drawCursor(
  context: CanvasRenderingContext2D,
  at: { readonly x: number; readonly y: number },
  { radius, restoring }: { readonly radius: number; readonly restoring: boolean },
): void {
  context.beginPath();
  context.arc((at.x + 0.5) * zoom, (at.y + 0.5) * zoom, (radius + 0.5) * zoom, 0, 2 * Math.PI);
  const colour = restoring ? "#146c43" : "#1d2733";
  strokeOnWhite(context, { white: "#ffffffdd", widths: [4, 2], colour });
}

/** What lies outside of the picture counts as known. */
const isKnown = ({ h, w, keep }: Mask, x: number, y: number) =>
  x < 0 || y < 0 || x >= w || y >= h || keep[y * w + x] === 1;

/** Strokes the path in a colour, on white, so that it is seen on any picture. */
function strokeOnWhite(
  context: CanvasRenderingContext2D,
  {
    white,
    widths,
    colour,
  }: { readonly white: string; readonly widths: readonly [number, number]; readonly colour: string },
): void {
  context.lineWidth = widths[0];
  context.strokeStyle = white;
  context.stroke();
  context.lineWidth = widths[1];
  context.strokeStyle = colour;
  context.stroke();
}
