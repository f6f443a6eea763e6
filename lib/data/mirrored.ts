import { ndarray } from "../array";
import { expected } from "../errors";
import type { Samples } from "./samples";

/**
 * Images `[n, h, w, c]` followed by their mirror images, left and right exchanged, under the same condition.
 * @throws for points, and for samples with a mask, an image or a base draw, which would have to be mirrored
 * too.
 *
 * @example mirrored(images).x.shape[0]; // twice as many
 */
export function mirrored({ x, labels, ...others }: Samples): Samples {
  if (x.shape.length !== 4) throw expected("images [n, h, w, c] to mirror", `shape [${x.shape.join(", ")}]`);
  const other = Object.entries(others).find(([, part]) => part !== undefined);
  if (other) throw expected("images with labels alone to mirror", `some with ${other[0]}`);
  const [n, , w, c] = x.shape;
  const { length } = x.data;
  const out = new Float32Array(2 * length);
  out.set(x.data);
  for (let from = 0; from < length; from += w * c) {
    for (let column = 0; column < w; column++) {
      for (let k = 0; k < c; k++) {
        out[length + from + (w - 1 - column) * c + k] = x.data[from + column * c + k];
      }
    }
  }
  return Object.freeze({
    x: ndarray([2 * n, ...x.shape.slice(1)], out),
    ...(labels && { labels: Int32Array.from([...labels, ...labels]) }),
  });
}
