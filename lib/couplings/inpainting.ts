import { zeros } from "../array";
import type { Samples } from "../data/samples";
import type { Rng } from "../random";
import type { Condition, Coupling } from "./coupling";
import { assertClasses, checkedLabels } from "./labels";
import { drawMask, type Mask } from "./masks/mask";

/**
 * The in-painting coupling x0 = ξ∘x1 + (1−ξ)∘ζ, ζ ~ N(0, I) (section 4.1): known pixels, where ξ = 1, are
 * already those of the data, and the hole starts from noise, drawn per channel. ξ is appended to x_t and the
 * velocity is zero where ξ = 1. With `classes` the labels are shown to the velocity, as in the paper.
 */
export function inpainting({ mask, classes }: { readonly mask: Mask; readonly classes?: number }): Coupling {
  assertClasses(classes);
  const name = "in-painting";
  return Object.freeze({
    name,
    condition: Object.freeze({ keep: true, ...(classes !== undefined && { classes }) }),
    draw({ x, labels }: Samples, rng: Rng) {
      const keep = drawMask(mask, x, rng);
      const channels = x.shape[3];
      const x0 = zeros(x.shape, x);
      const zeta = zeros(x.shape, x);
      for (let p = 0; p < keep.data.length; p++) {
        const known = keep.data[p] === 1;
        for (let j = p * channels; j < (p + 1) * channels; j++) {
          if (!known) zeta.data[j] = rng.normal();
          x0.data[j] = known ? x.data[j] : zeta.data[j];
        }
      }
      const xi: Condition = Object.freeze({
        keep,
        ...(classes !== undefined && {
          labels: checkedLabels(labels, { n: x.shape[0], classes, coupling: name }),
        }),
      });
      return Object.freeze({ x0, x1: x, xi, zeta, sigma: 1 });
    },
  });
}
