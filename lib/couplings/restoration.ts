import type { NdArray } from "../array";
import type { Rng } from "../random";
import type { DirectCoupling } from "./coupling";
import { type DataDependentOptions, dataDependent } from "./data-dependent";

/** The options that all couplings for image restoration share. */
export interface RestorationOptions extends Pick<DataDependentOptions, "sigma" | "classes"> {
  /** Channels of the images: 3 for colour, 1 for grey. */
  readonly channels: number;
}

/**
 * The coupling x0 = m(x1) + σζ for degraded images m(x1), on which the velocity is conditioned as ξ.image:
 * section 4.2's super-resolution for any degradation, random ones included.
 *
 * @example
 * const coupling = restoration({ channels: 1, sigma: 0.1, corrupt: gaussianBlur({ width: 1 }) });
 * coupling.draw(images, rng(0)).xi.image; // the blurred images; x0 has a little noise besides
 */
export function restoration({
  corrupt,
  channels,
  ...options
}: RestorationOptions & {
  readonly name?: string;
  /** m: images `[n, h, w, c]` to images of the same shape. Example: `gaussianBlur({ width: 2 })`. */
  readonly corrupt: (images: NdArray, rng: Rng) => NdArray;
}): DirectCoupling {
  return dataDependent({
    name: "restoration",
    ...options,
    mean: ({ x }, rng) => corrupt(x, rng),
    conditionOnMean: { channels },
  });
}
