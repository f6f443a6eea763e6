import { type NdArray, ndarray } from "../../../lib/array";
import { type Condition, labelsPart, maskPart } from "../../../lib/conditions";
import { unet } from "../../../lib/networks";
import { rng } from "../../../lib/random";
import { randomParameters } from "../../networks/evaluate";

/** A U-Net of a few thousand parameters for images `[n, 8, 8, 1]` with labels and a mask. */
export const tiny = unet({
  channels: 1,
  condition: { labels: labelsPart({ classes: 3 }), keep: maskPart() },
  dim: 4,
  mults: [1, 2],
  groups: 2,
  heads: 1,
  headWidth: 4,
  blocksPerLevel: 1,
  timeFeatures: 4,
  stem: 3,
});

export const parameters = randomParameters(tiny.shapes);

/** Where `tiny` can be evaluated: n images and their condition. */
export function probe(n = 12): {
  readonly x: NdArray;
  readonly xi: Required<Pick<Condition, "labels" | "keep">>;
} {
  const source = rng(8);
  const shape = [n, 8, 8, 1];
  return {
    x: source.normals(shape),
    xi: {
      labels: Int32Array.from({ length: n }, (_, i) => i % 3),
      keep: ndarray(
        shape,
        Float32Array.from({ length: 64 * n }, () => source.int(2)),
      ),
    },
  };
}
