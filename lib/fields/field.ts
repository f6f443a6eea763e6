import type { NdArray } from "../array";
import type { Condition } from "../couplings/coupling";

/** Where a field is asked for: `x` is `[n, ...]`, all samples at the same time `t`. */
export interface FieldInput {
  readonly x: NdArray;
  readonly t: number;
  readonly xi: Condition;
}

/**
 * A function of (t, x, ξ) with values of x's shape: the velocity b_t(x, ξ) or the denoiser
 * g_t(x, ξ), be it exact or a network. Samplers take nothing else.
 */
export type Field = (at: FieldInput) => NdArray | Promise<NdArray>;
