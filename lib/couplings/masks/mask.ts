import { assertShape, type NdArray, ndarray } from "../../array";
import type { Samples } from "../../data/samples";
import { described, expected } from "../../errors";
import { assertRng, type Rng } from "../../random";

/** The number and the size of the images to draw masks for. */
export interface MaskShape {
  /** How many masks. */
  readonly n: number;
  /** Height of a mask in pixels; 1 for points. */
  readonly h: number;
  /** Width of a mask in pixels; the number of coordinates for points. */
  readonly w: number;
}

/** Draws masks for images, or for points, as images of one line. */
export interface MaskSampler {
  /** What reports and errors call the masks. */
  readonly name: string;
  /** One mask per image, `[n, h, w, 1]`: 1 where a pixel is known, 0 in the hole. */
  draw(shape: MaskShape, rng: Rng): NdArray;
}

/**
 * Makes a `MaskSampler` from a function that writes zeros, the hole, into one `[h, w]` image of ones.
 *
 * @example
 * const upper = makeMask("upper half", (keep, { h, w }) => keep.fill(0, 0, Math.floor(h / 2) * w));
 * inpainting({ mask: upper }).draw(images, rng(0)).x0; // noise in the upper half
 */
export function makeMask(
  name: string,
  cut: (keep: Float32Array, size: { readonly h: number; readonly w: number }, rng: Rng) => void,
): MaskSampler {
  return Object.freeze({
    name,
    draw({ n, h, w }: MaskShape, rng: Rng) {
      assertRng(rng);
      const data = new Float32Array(n * h * w).fill(1);
      for (let i = 0; i < n; i++) cut(data.subarray(i * h * w, (i + 1) * h * w), { h, w }, rng);
      return ndarray([n, h, w, 1], data);
    },
  });
}

/** Puts the pixels of rows top ≤ y < bottom and columns left ≤ x < right into the hole. */
export function cutBox(
  keep: Float32Array,
  w: number,
  box: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number },
): void {
  for (let y = box.top; y < box.bottom; y++) keep.fill(0, y * w + box.left, y * w + box.right);
}

/**
 * The masks of targets: their own `keep` where they have one, such as a user's hole, else drawn ones.
 * @throws as `drawMask`, and when a mask of their own is not `[n, h, w, 1]`, for points `[n, d]`.
 */
export function masksOf({ x, keep }: Samples, mask: MaskSampler, rng: Rng): NdArray {
  if (!keep) return drawMask(mask, x, rng);
  assertRng(rng);
  assertShape(
    keep,
    x.shape.length === 2 ? x.shape : [...x.shape.slice(0, -1), 1],
    "keep, the targets' masks,",
  );
  return keep;
}

/**
 * Draws masks for the images `x`, `[n, h, w, c]`, or for points `[n, d]`, which count as images of one line:
 * masks `[n, h, w, 1]` or `[n, d]`.
 * @throws when `x` is neither or a mask has the wrong shape.
 */
export function drawMask(mask: MaskSampler, x: NdArray, rng: Rng): NdArray {
  assertRng(rng);
  if (typeof mask?.draw !== "function") {
    throw expected(
      "a mask, such as tiles({ grid: 8 })",
      described(mask),
      typeof mask === "function"
        ? "It must be called."
        : Array.isArray((mask as Partial<NdArray> | undefined)?.shape)
          ? "Masks of your own go with the targets: coupling.draw({ x, keep }, rng)."
          : "",
    );
  }
  const { shape } = x;
  const points = shape.length === 2;
  if (!points && shape.length !== 4) {
    throw expected(
      "images of shape [n, h, w, c] or points [n, d] to draw masks for",
      `shape [${shape.join(", ")}]`,
    );
  }
  const [n, h, w] = points ? [shape[0], 1, shape[1]] : shape;
  const keep = mask.draw({ n, h, w }, rng);
  assertShape(keep, [n, h, w, 1], `masks by "${mask.name}"`);
  return points ? ndarray([n, w], keep.data) : keep;
}
