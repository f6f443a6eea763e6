import type { MaskSampler } from "../../couplings";
import type { DirectCoupling } from "../../couplings/coupling";
import type { Interpolant } from "../../interpolants";

/** What a bridge is told. */
export interface BridgeOptions {
  readonly mask: MaskSampler;
  /** The number of classes. Given, the velocity is conditioned on the labels. */
  readonly classes?: number;
}

/** A bridge in this library's terms: train its velocity by `train({ ...bridge, … })`. */
export interface Bridge {
  readonly coupling: DirectCoupling;
  readonly interpolant: Interpolant;
}
