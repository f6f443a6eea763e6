import { type NdArray, ndarray } from "../../array";
import { assertKnown, expected } from "../../errors";
import { assertRng, type Rng } from "../../random";
import { bootstrap } from "../../statistics";
import type { Kernel } from "../distances/kernels";
import { pairedKernelDistance } from "../distances/paired-kernel-distance";
import { type FilledHoles, type Holes, holesOf, imageAt, type KernelHoleMeasure } from "./holes";

export interface EdgePatchesOptions extends FilledHoles {
  /** Side of a patch in pixels, odd. Default 7. */
  readonly size?: number;
  /** How many patches are drawn from each image. Default 4. */
  readonly perImage?: number;
  /** Default: that of KID, `polynomialKernel({ degree: 3 })`. */
  readonly kernel?: Kernel;
  /** Draws the patches, and the resamples of the interval. */
  readonly rng: Rng;
}

/**
 * The kernel distance between patches of filled and of true images around the holes' edges: squares of pixels
 * centred on pixels of the hole that have a known neighbour. What is wrong with a filling shows here: seams,
 * and textures and colours that don't go on from what is known. `pairedKernelDistance` compares patches of
 * different images only, so it is unbiased: 0 on average for perfect fillings, and may be negative. Where a
 * patch reaches over the image's border, it is moved inwards.
 *
 * @example
 * const keep = tiles({ grid: 2 }).draw({ n: 32, h: 8, w: 8 }, rng(0));
 * const x = pasteKnown({ x: gaussianBlur({ width: 1 })(images.x), truth: images.x, keep });
 * edgePatchDistance({ x, truth: images.x, keep, size: 3, rng: rng(1) }); // { value, low, high, … }
 * @throws when shapes differ, a pixel isn't finite, a patch doesn't fit, or fewer than three images have a
 * hole with an edge.
 */
export function edgePatchDistance(options: EdgePatchesOptions): KernelHoleMeasure {
  assertKnown(options, { size: true, perImage: true, kernel: true }, "edgePatchDistance", { likely: true });
  const { size = 7, perImage: count = 4, kernel, rng, ...filled } = options;
  assertRng(rng);
  const holes = holesOf(filled);
  const fits = Math.min(holes.height, holes.width);
  if (!(size % 2 === 1 && size >= 3 && size <= fits)) {
    throw expected(`an odd patch size from 3 to ${fits}, the images' side`, `${size}`);
  }
  if (!(Number.isInteger(count) && count >= 1)) throw expected("1 patch or more per image", `${count}`);
  const centres = Array.from(holes.images, (row) => ({ row, edge: edgeOf(holes.of(row), holes) }))
    .filter(({ edge }) => edge.length > 0)
    .map(({ row, edge }) => ({
      row,
      pixels: Array.from({ length: count }, () => edge[rng.int(edge.length)]),
    }));
  if (centres.length < 3) {
    throw expected("3 images or more whose holes border on known pixels", `${centres.length}`);
  }
  const patchesOf = (images: NdArray) => cut(images, holes, centres, size);
  const distance = pairedKernelDistance({
    a: patchesOf(filled.x),
    b: patchesOf(filled.truth),
    perImage: count,
    ...(kernel && { kernel }),
  });
  return Object.freeze({
    name: `kernel distance of ${size}×${size} patches at the hole's edge`,
    better: "lower",
    ...bootstrap({ n: centres.length, statistic: distance.of, kind: "percentile", several: true, rng }),
    values: distance.values,
    of: distance.of,
  });
}

/** The hole's pixels that have a known one among their 4 neighbours. */
function edgeOf(hole: Uint8Array, { height, width }: Holes): number[] {
  const known = (y: number, x: number) =>
    y >= 0 && y < height && x >= 0 && x < width && hole[y * width + x] === 0;
  return Array.from(hole.keys()).filter((pixel) => {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    const near = known(y - 1, x) || known(y + 1, x) || known(y, x - 1) || known(y, x + 1);
    return hole[pixel] === 1 && near;
  });
}

interface Centres {
  readonly row: number;
  readonly pixels: readonly number[];
}

function cut(images: NdArray, holes: Holes, centres: readonly Centres[], size: number): NdArray {
  const { height, width, channels } = holes;
  const length = size * size * channels;
  const count = centres.reduce((sum, { pixels }) => sum + pixels.length, 0);
  const out = new Float32Array(count * length);
  let at = 0;
  const start = (centre: number, side: number) => Math.min(Math.max(0, centre - (size - 1) / 2), side - size);
  for (const { row, pixels } of centres) {
    const image = imageAt(images, row);
    for (const pixel of pixels) {
      const [top, left] = [start(Math.floor(pixel / width), height), start(pixel % width, width)];
      for (let y = top; y < top + size; y++) {
        for (let e = (y * width + left) * channels; e < (y * width + left + size) * channels; e++) {
          out[at++] = image[e];
        }
      }
    }
  }
  return ndarray([count, length], out);
}
