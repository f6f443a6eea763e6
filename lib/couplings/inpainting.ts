import { zeros } from "../array";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import { maskOn, maskPart } from "../conditions/mask";
import type { Samples } from "../data/samples";
import { assertKnown } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling } from "./coupling";
import { type MaskSampler, masksOf } from "./masks/mask";

/**
 * The in-painting coupling x0 = ξ∘x1 + (1−ξ)∘ζ, ζ ~ N(0, I) (section 4.1): known pixels, where ξ = 1, already
 * equal the data's, and the hole starts from noise, drawn per channel. ξ is appended to x_t and the velocity
 * is zero where ξ = 1. With `classes` the velocity is conditioned on the labels too, as in the paper.
 * Targets that bring masks of their own, `{ x, keep }`, are cut by these: in the hole x may be anything.
 *
 * @example
 * const coupling = inpainting({ mask: tiles({ grid: 4, p: 0.3 }) });
 * const { x0, xi } = coupling.draw(images, rng(0)); // x0 is the image where xi.keep = 1, noise in the hole
 * const network = unet({ channels: 1, condition: coupling.condition });
 */
export function inpainting(options: {
  readonly mask: MaskSampler;
  readonly classes?: number;
}): DirectCoupling {
  assertKnown(options, { mask: true, classes: true }, "inpainting");
  const { mask, classes } = options;
  const name = "in-painting";
  return Object.freeze({
    name,
    condition: Object.freeze({ ...labelsSpec(classes), keep: maskPart() }),
    draw(targets: Samples, rng: Rng) {
      const { x, labels } = targets;
      const keep = masksOf(targets, mask, rng);
      const laid = maskOn(keep, x);
      const zeta = zeros(x.shape, x);
      for (const e of laid.hole()) zeta.data[e] = rng.normal();
      const x0 = zeros(x.shape, x);
      laid.blend(x.data, zeta.data, x0.data); // ξ∘x1 + (1−ξ)∘ζ
      const xi = Object.freeze({
        keep,
        ...conditionLabels(labels, { n: x.shape[0], classes, coupling: name }),
      });
      return Object.freeze({ x0, x1: x, xi, zeta, sigma: 1 });
    },
  });
}
