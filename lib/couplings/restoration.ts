import type { NdArray } from "../array";
import type { Rng } from "../random";
import type { DirectCoupling } from "./coupling";
import { type DataDependentOptions, dataDependent } from "./data-dependent";

/** What the couplings that mend images have in common. */
export interface RestorationOptions extends Pick<DataDependentOptions, "sigma" | "classes"> {
  /** Channels of the images: 3 for colour, 1 for grey. */
  readonly channels: number;
}

/**
 * The coupling x0 = m(x1) + σζ for spoilt images m(x1), which the velocity is shown as ξ.image at all times: what section
 * 4.2 does for super-resolution, for any way of spoiling them, which may be random.
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
