/** An image `[h · w · c]` with its size. */
export interface Plane {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Calls `visit` for each pixel and channel with the element's index and the values of its up to 8 neighbours
 * in `around`, of which the first `count` count; fewer at the image's borders.
 */
export function forEachNeighbourhood(
  { data, height, width, channels }: Plane,
  visit: (element: number, around: Float64Array, count: number) => void,
): void {
  const around = new Float64Array(8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let count = 0;
        for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
          for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
            if (v !== y || u !== x) around[count++] = data[(v * width + u) * channels + c];
          }
        }
        visit((y * width + x) * channels + c, around, count);
      }
    }
  }
}

/**
 * For each pixel, by how much it lies outside the range of its up to 8 neighbours, in its worst channel:
 * `[h · w]`, 0 for a pixel within the range in all of them.
 */
export function beyondNeighbours(plane: Plane): Float64Array {
  const out = new Float64Array(plane.height * plane.width);
  forEachNeighbourhood(plane, (e, around, count) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < count; k++) {
      low = Math.min(low, around[k]);
      high = Math.max(high, around[k]);
    }
    const pixel = Math.floor(e / plane.channels);
    out[pixel] = Math.max(out[pixel], low - plane.data[e], plane.data[e] - high);
  });
  return out;
}
