import { unmaskedInpainting } from "../../couplings";
import { linear } from "../../interpolants";
import type { Bridge, BridgeOptions } from "./bridge";

export interface IndiOptions extends BridgeOptions {
  /**
   * Standard deviation ε of the noise on the degraded image, the only randomness. Default 0.01; with 0 the
   * known pixels determine the fill.
   */
  readonly sigma?: number;
}

/**
 * In-painting as in InDI (Delbracio and Milanfar, 2023, arXiv 2303.11435): straight lines from the image with
 * a grey hole, plus a little noise, to the image. Their iteration x ← (δ/s) F(x, s) + (1 − δ/s) x, in the
 * time s = 1 − t and with F the prediction of x1, is a step of Euler's method for the velocity (F − x)/(1 −
 * t): sample by `euler({ steps: 1/δ })`.
 *
 * The velocity sees the mask and isn't masked, so that known pixels don't stay as they were.
 *
 * @example
 * const { coupling, interpolant } = indi({ mask: tiles({ grid: 4 }) });
 * const { x0, xi } = coupling.draw(images, rng(0)); // near 0 in the hole; xi.image is the mask
 */
export function indi({ sigma = 0.01, ...options }: IndiOptions): Bridge {
  return Object.freeze({
    coupling: unmaskedInpainting({ ...options, hole: "grey", sigma }),
    interpolant: linear(),
  });
}
