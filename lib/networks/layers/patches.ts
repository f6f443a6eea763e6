import * as tf from "@tensorflow/tfjs-core";

/**
 * Images cut into squares of `size` × `size` pixels, row by row, each flattened row by row:
 * `[n, h, w, c]` → `[n, h w / size², size² c]`. `size` must divide h and w.
 */
export function toPatches(x: tf.Tensor, size: number): tf.Tensor {
  const [n, h, w, c] = x.shape;
  const [rows, columns] = [h / size, w / size];
  const cut = tf.transpose(tf.reshape(x, [n, rows, size, columns, size, c]), [0, 1, 3, 2, 4, 5]);
  return tf.reshape(cut, [n, rows * columns, size * size * c]);
}

/** The inverse of `toPatches`: the images of height h and width w. */
export function fromPatches(
  patches: tf.Tensor,
  { size, h, w }: { readonly size: number; readonly h: number; readonly w: number },
): tf.Tensor {
  const [n, , length] = patches.shape;
  const c = length / size ** 2;
  const cut = tf.reshape(patches, [n, h / size, w / size, size, size, c]);
  return tf.reshape(tf.transpose(cut, [0, 1, 3, 2, 4, 5]), [n, h, w, c]);
}

/**
 * Each square of `size` × `size` pixels as the channels of one pixel: `[n, h, w, c]` →
 * `[n, h / size, w / size, size² c]`.
 */
export function patchesToChannels(x: tf.Tensor, size: number): tf.Tensor {
  if (size === 1) return x;
  const [n, h, w, c] = x.shape;
  return tf.reshape(toPatches(x, size), [n, h / size, w / size, size * size * c]);
}

/** The inverse of `patchesToChannels`. */
export function channelsToPatches(x: tf.Tensor, size: number): tf.Tensor {
  if (size === 1) return x;
  const [n, rows, columns, length] = x.shape;
  const patches = tf.reshape(x, [n, rows * columns, length]);
  return fromPatches(patches, { size, h: rows * size, w: columns * size });
}
