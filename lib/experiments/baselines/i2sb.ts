import { unmaskedInpainting } from "../../couplings";
import { brownian, linear } from "../../interpolants";
import type { Bridge, BridgeOptions } from "./bridge";

export interface I2sbOptions extends BridgeOptions {
  /**
   * The bridge's standard deviation a, in γ = a √(t(1−t)). Default 0.3755, for the 1000 β of the authors'
   * code, linear in √β from 1e-4 to 3e-4 and mirrored half-way, sum to 0.141 = a². 0 is their variant
   * "OT-ODE".
   */
  readonly scale?: number;
}

/**
 * In-painting as in I2SB (Liu et al., 2023, arXiv 2302.05872): a Brownian bridge from the image with noise in
 * its hole to the image. Their time is not ours; in the share t of the variance that the bridge has run
 * through, its law is I_t = (1 − t) x0 + t x1 + a √(t(1−t)) z.
 *
 * The velocity sees the mask and isn't masked, so that the bridge moves known pixels too. (Their code masks
 * the loss, and puts known pixels back with the bridge's noise after every step.) Sample by `solveOde` or
 * `solveSde`; γ̇ is infinite at the ends.
 *
 * @example
 * const { coupling, interpolant } = i2sb({ mask: tiles({ grid: 4 }) });
 * const { x0, x1 } = coupling.draw(images, rng(0)); // equal on known pixels
 * interpolant.at(0.5).gamma; // 0.19: known pixels are noisy on the way
 */
export function i2sb({ scale = 0.3755, ...options }: I2sbOptions): Bridge {
  return Object.freeze({
    coupling: unmaskedInpainting({ ...options, hole: "noise" }),
    interpolant: scale === 0 ? linear() : linear({ gamma: brownian({ scale }) }),
  });
}
