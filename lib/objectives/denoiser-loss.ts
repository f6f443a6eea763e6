import { expected } from "../errors";
import { meanSquaredError } from "./mean-squared-error";
import type { Objective } from "./objective";

/**
 * L_g of Theorem 3.1 as a mean squared error against the latent z: E|g − z|² / d = (L_g + d) / d for fields
 * of d elements.
 * @throws (in `target`) where the interpolant has no latent: then g isn't defined.
 */
export function denoiserLoss(): Objective {
  return Object.freeze({
    name: "denoiser",
    target: ({ z }) => {
      if (z) return z;
      throw expected(
        "an interpolant with a latent (γ ≠ 0) for the denoiser's loss",
        "one without",
        "Use brownian() or another interpolant with γ, or train a velocity.",
      );
    },
    loss: meanSquaredError,
  } satisfies Objective);
}
