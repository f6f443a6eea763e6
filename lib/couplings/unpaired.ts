import { zeros } from "../array";
import { imagePart } from "../conditions/image";
import type { Samples } from "../data/samples";
import type { DirectCoupling } from "./coupling";
import { dataDependent } from "./data-dependent";
import { paired } from "./paired";
import { recondition } from "./recondition";

/**
 * The baseline of `paired` without a coupling: x0 ~ N(0, I), independent of the data, while the velocity sees
 * the targets' own `x0` as ξ.image, as conditional diffusion models do.
 *
 * @example
 * const coupling = unpaired({ channels: 2 });
 * const { x0, xi } = coupling.draw({ x: data.x, x0: data.x }, rng(0)); // x0: noise; xi.image: the given x0
 * @throws when drawing, where the targets have no x0.
 */
export function unpaired({ channels }: { readonly channels: number }): DirectCoupling {
  const given = paired({ conditionOnX0: { channels } });
  const noise = dataDependent({ name: "unpaired", mean: ({ x }) => zeros(x.shape, x), sigma: 1 });
  return recondition(noise, {
    name: "unpaired",
    condition: { image: imagePart({ channels }) },
    draw: (_, targets: Samples, rng) => given.draw(targets, rng).xi,
    start: (xi) => xi,
  });
}
