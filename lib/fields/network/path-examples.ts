import type { Pairs } from "../../couplings/coupling";
import { assertKnown, expected } from "../../errors";
import { type Interpolant, interpolate } from "../../interpolants";
import type { Rng } from "../../random";
import type { FieldInput } from "../field";

/** Options of {@link pathExamples}. */
export interface PathExamplesOptions {
  /** Draws of the coupling that the network was trained with, of training samples. */
  readonly pairs: Pairs;
  /** The interpolant that the network was trained with. */
  readonly interpolant: Interpolant;
  /** Default 0.001, 0.2, 0.4, 0.6, 0.8 and 0.999. */
  readonly times?: readonly number[];
  /** Draws the latent; needed where the interpolant has one. */
  readonly rng?: Rng;
}

/**
 * What a network sees on the way from x0 to x1: I_t, t and ξ at several times. `networkField` measures on
 * such examples before it computes in int8.
 *
 * @example
 * const pairs = coupling.draw(take(data, 64), rng(0)); // of what it was trained on
 * const b = model.field({ precision: "int8", examples: pathExamples({ pairs, interpolant }) });
 * @throws when there are no times, or no rng for a latent, or as `interpolate` does.
 */
export function pathExamples(options: PathExamplesOptions): readonly FieldInput[] {
  assertKnown(options, { pairs: true, interpolant: true, times: true, rng: true }, "pathExamples", {
    likely: true,
  });
  const { pairs, interpolant, times = [0.001, 0.2, 0.4, 0.6, 0.8, 0.999], rng } = options;
  if (times.length === 0) throw expected("one time or more", "none");
  const { x0, xi } = pairs;
  if (interpolant.hasLatent && !rng) {
    throw expected(
      `an rng to draw the latent of the interpolant "${interpolant.name}"`,
      "none",
      "Pass rng: rng(seed).",
    );
  }
  const z = interpolant.hasLatent ? rng?.normals(x0.shape) : undefined;
  return times.map((t) => {
    const at = new Float64Array(x0.shape[0]).fill(t);
    const { xt } = interpolate({ interpolant, pairs, t: at, z, keep: xi.keep });
    return Object.freeze({ x: xt, t, xi });
  });
}
