import type { MaskSampler } from "../../couplings";
import type { DirectCoupling } from "../../couplings/coupling";
import type { Interpolant } from "../../interpolants";

/** What a bridge is told. */
export interface BridgeOptions {
  /** Draws the holes, such as `tiles({ grid: 8, p: 0.3 })`. */
  readonly mask: MaskSampler;
  /** The number of classes. Given, the velocity is conditioned on the labels. */
  readonly classes?: number;
}

/** A bridge in this library's terms: train its velocity by `train({ ...bridge, … })`. */
export interface Bridge {
  /** Pairs each image with a copy whose hole is filled with noise (`i2sb`) or grey (`indi`). */
  readonly coupling: DirectCoupling;
  /** Linear; in `i2sb` with a Brownian latent, unless its scale is 0. */
  readonly interpolant: Interpolant;
}
