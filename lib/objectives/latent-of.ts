import type { NdArray } from "../array";
import { expected } from "../errors";
import type { Drawn } from "./objective";

/** The latent z that was drawn. @throws where the interpolant has none. */
export function latentOf({ z, interpolant }: Drawn, purpose: string): NdArray {
  if (z) return z;
  throw expected(
    `an interpolant with a latent (γ ≠ 0) for ${purpose}`,
    `"${interpolant.name}", which has none`,
    "Use linear({ gamma: brownian() }) or another one with γ, or train a velocity.",
  );
}
