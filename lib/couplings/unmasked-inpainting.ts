import { zeros } from "../array";
import { imagePart } from "../conditions/image";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import { maskOn } from "../conditions/mask";
import type { Samples } from "../data/samples";
import { assertKnown, choose, expected } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling } from "./coupling";
import { type MaskSampler, masksOf } from "./masks/mask";

/** Options of {@link unmaskedInpainting}. */
export interface UnmaskedInpaintingOptions {
  /** Draws the holes, such as `tiles({ grid: 8, p: 0.3 })`. */
  readonly mask: MaskSampler;
  /** What the hole holds at t = 0: noise ζ ~ N(0, I), or 0, the middle of the pixels' range. */
  readonly hole: "noise" | "grey";
  /** σ of noise added to the whole image. Default 0. */
  readonly sigma?: number;
  /** The number of classes. Given, the velocity is conditioned on the labels. */
  readonly classes?: number;
}

/**
 * The draws of `inpainting`, but with a velocity that isn't masked: the mask is shown to it as ξ.image, one
 * channel that is 1 on known pixels, and nothing keeps these where they are. For bridges that are not made
 * for in-painting: see `i2sb` and `indi` in lib/experiments. Images only: of points the mask has no channel.
 *
 * @example
 * const coupling = unmaskedInpainting({ mask: tiles({ grid: 4 }), hole: "noise" });
 * coupling.draw(images, rng(0)).xi.image; // the mask, which nothing but the network sees
 * @throws when drawing, for points.
 */
export function unmaskedInpainting(options: UnmaskedInpaintingOptions): DirectCoupling {
  assertKnown(options, { mask: true, hole: true, sigma: true, classes: true }, "unmaskedInpainting");
  const { mask, hole, sigma = 0, classes } = options;
  choose("hole", hole, { noise: true, grey: true });
  if (!(sigma >= 0 && sigma < Number.POSITIVE_INFINITY)) throw expected("a sigma of 0 or more", `${sigma}`);
  const name = `unmasked in-painting from ${hole}`;
  return Object.freeze({
    name,
    condition: Object.freeze({ ...labelsSpec(classes), image: imagePart({ channels: 1 }) }),
    draw(targets: Samples, rng: Rng) {
      const { x, labels } = targets;
      if (x.shape.length === 2) {
        throw expected(
          `images [n, h, w, c] for the coupling "${name}"`,
          `points [${x.shape.join(", ")}]`,
          "For points use inpainting.",
        );
      }
      const keep = masksOf(targets, mask, rng);
      const laid = maskOn(keep, x);
      const x0 = zeros(x.shape, x);
      laid.blend(x.data, hole === "noise" ? rng.normals(x.shape).data : 0, x0.data);
      if (sigma > 0) for (let e = 0; e < x0.data.length; e++) x0.data[e] += sigma * rng.normal();
      const xi = Object.freeze({
        image: keep,
        ...conditionLabels(labels, { n: x.shape[0], classes, coupling: name }),
      });
      return Object.freeze({ x0, x1: x, xi });
    },
  });
}
