import { expected } from "../errors";
import type { Interpolant } from "./interpolant";

/** @throws unless the interpolant has a latent, which `name` needs; the error ends with the advice. */
export function assertLatent(interpolant: Interpolant, name: string, advice: string): void {
  if (interpolant.hasLatent) return;
  throw expected(
    `an interpolant with a latent (γ ≠ 0) for ${name}`,
    `"${interpolant.name}", which has none`,
    advice,
  );
}
