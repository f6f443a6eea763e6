import { type NdArray, ndarray } from "../../../lib/array";
import { type Condition, labelsPart, maskPart } from "../../../lib/conditions";
import { rng } from "../../../lib/random";
import { randomParameters } from "../../networks/evaluate";
import { tinyUnet } from "../../networks/tiny-unet";

/** A U-Net of a few thousand parameters for images `[n, 8, 8, 1]` with labels and a mask. */
export const tiny = tinyUnet({ labels: labelsPart({ classes: 3 }), keep: maskPart() });

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
