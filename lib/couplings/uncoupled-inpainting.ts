import { ndarray } from "../array";
import type { Condition } from "../conditions/condition";
import { imagePart } from "../conditions/image";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import type { Samples } from "../data/samples";
import { assertKnown, expected } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling } from "./coupling";
import { type MaskSampler, masksOf } from "./masks/mask";

/**
 * The baseline of Table 2, "uncoupled interpolant": x0 ~ N(0, I) over the whole image, independent of x1. To
 * in-paint, the velocity is conditioned on ξ.image = [masked image, mask], with the hole set to 0, the middle
 * of the pixels' range; the field is not masked. The paper does not say what its baseline is conditioned on:
 * this is our reading.
 *
 * @example
 * const coupling = uncoupledInpainting({ mask: tiles({ grid: 4 }), channels: 1 });
 * const { xi } = coupling.draw(images, rng(0)); // xi.image: masked image and mask, [32, 8, 8, 2]
 */
export function uncoupledInpainting(options: {
  readonly mask: MaskSampler;
  /** Channels of the images: 3 for colour, 1 for grey. */
  readonly channels: number;
  readonly classes?: number;
}): DirectCoupling {
  assertKnown(options, { mask: true, channels: true, classes: true }, "uncoupledInpainting");
  const { mask, channels, classes } = options;
  const name = "uncoupled in-painting";
  const width = channels + 1;
  return Object.freeze({
    name,
    condition: Object.freeze({ ...labelsSpec(classes), image: imagePart({ channels: width }) }),
    draw(targets: Samples, rng: Rng) {
      const { x, labels } = targets;
      const keep = masksOf(targets, mask, rng);
      if (x.shape[3] !== channels) {
        throw expected(`images of ${channels} channel(s), as given to uncoupledInpainting`, `${x.shape[3]}`);
      }
      const shown = new Float32Array(keep.data.length * width);
      for (let p = 0; p < keep.data.length; p++) {
        if (keep.data[p] !== 1) continue;
        for (let c = 0; c < channels; c++) shown[p * width + c] = x.data[p * channels + c];
        shown[p * width + channels] = 1;
      }
      const xi: Condition = Object.freeze({
        image: ndarray([...x.shape.slice(0, 3), width], shown),
        ...conditionLabels(labels, { n: x.shape[0], classes, coupling: name }),
      });
      const zeta = rng.normals(x.shape);
      return Object.freeze({ x0: zeta, x1: x, xi, zeta, sigma: 1 });
    },
  });
}
