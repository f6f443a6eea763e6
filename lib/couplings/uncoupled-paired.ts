import { assertKnown } from "../errors";
import type { DirectCoupling } from "./coupling";
import { fromOwnNoise } from "./from-own-noise";
import { type PairedOptions, paired } from "./paired";

/**
 * Data that come in pairs, without a coupling: x0 ~ N(0, I), independent of both, while the velocity sees the
 * pair's own x0 as ξ.image, as the usual conditional diffusion models do (Saharia et al., 2022, Palette).
 * From the same generator it draws the same ζ as `paired` does.
 *
 * @example
 * const blurred = gaussianBlur({ width: 1 })(images.x);
 * const coupling = uncoupledPaired({ channels: 1 });
 * const { x0, xi } = coupling.draw({ x: images.x, x0: blurred }, rng(0)); // noise; xi.image: blurred
 */
export function uncoupledPaired(
  options: Pick<PairedOptions, "classes"> & { readonly channels: number },
): DirectCoupling {
  assertKnown(options, { classes: true, channels: true }, "uncoupledPaired");
  const { channels, classes } = options;
  return fromOwnNoise(paired({ sigma: 1, conditionOnX0: { channels }, classes }));
}
