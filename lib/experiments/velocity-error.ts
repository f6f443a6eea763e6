import type { NdArray } from "../array";
import { maskOn } from "../conditions/mask";
import type { Pairs } from "../couplings/coupling";
import { expected } from "../errors";
import { bindField, type Field } from "../fields/field";
import { type Interpolant, interpolate } from "../interpolants";
import { knownPixels } from "./inpainting";

/** Options of {@link holeVelocityError} and {@link velocityError}. */
export interface VelocityErrorOptions {
  /** The velocity to judge. */
  readonly b: Field;
  /** Draws of the coupling for targets that the model has not seen. */
  readonly pairs: Pairs;
  /** Without a latent. */
  readonly interpolant: Interpolant;
  /** Where in time to look. */
  readonly times: readonly number[];
}

/** Mean squared errors of the velocity, per value. */
export interface VelocityError {
  /** The mean over the times. */
  readonly mean: number;
  /** The error at each of the times asked for, in their order. */
  readonly at: readonly { readonly t: number; readonly error: number }[];
}

/**
 * The loss E|b(I_t, t, ξ) − İ_t|², per value, of draws that may be others than those of the training: on data
 * that the model hasn't seen, a loss above that of the training's own data is what it has learned by heart.
 * Losses of two couplings can't be compared: their least values differ.
 *
 * @example
 * const times = [0.1, 0.5, 0.9];
 * const unseen = coupling.draw(moons({ n: 100, rng: rng(1) }), rng(2));
 * const { mean } = await velocityError({ b, pairs: unseen, interpolant, times });
 * @throws when the interpolant has a latent, or there are no times.
 */
export async function velocityError(options: VelocityErrorOptions): Promise<VelocityError> {
  return errorOver(options, ({ length }) => new Uint8Array(length));
}

/**
 * The loss of `velocityError` over the values in the holes alone. On known pixels a masked velocity has
 * nothing to learn and another one has an easy task, so that training losses of the two can't be compared. In
 * the hole both are asked for the same İ_t, and are told the same: the noisy hole, the known pixels, the
 * mask. So the least loss that can be reached is the same, too, and the lower one has been learned better.
 *
 * @example
 * const coupling = inpainting({ mask: tiles({ grid: 4 }) });
 * const { mean } = await holeVelocityError({
 *   b: ({ x }) => x, // in place of a trained velocity
 *   pairs: coupling.draw(images, rng(0)),
 *   interpolant: linear(),
 *   times: [0.1, 0.5, 0.9],
 * });
 * @throws when the interpolant has a latent, there are no times, or the condition has no mask.
 */
export async function holeVelocityError(options: VelocityErrorOptions): Promise<VelocityError> {
  return errorOver(options, () => maskOn(knownPixels(options.pairs.xi), options.pairs.x1).known);
}

/** The mean over values that are not known. */
async function errorOver(
  { b, pairs, interpolant, times }: VelocityErrorOptions,
  knownOf: (values: NdArray["data"]) => Uint8Array,
): Promise<VelocityError> {
  if (interpolant.hasLatent) throw expected("an interpolant without a latent", `"${interpolant.name}"`);
  if (times.length === 0) throw expected("one time or more", "none");
  const known = knownOf(pairs.x1.data);
  const velocity = bindField(b, pairs.xi);
  const difference = (a: NdArray, c: NdArray) => {
    let [sum, count] = [0, 0];
    for (let e = 0; e < known.length; e++) {
      if (known[e] === 1) continue;
      sum += (a.data[e] - c.data[e]) ** 2;
      count++;
    }
    return sum / count;
  };
  const at = [];
  for (const t of times) {
    const all = new Float32Array(pairs.x1.shape[0]).fill(t);
    const { xt, dxt } = interpolate({ interpolant, pairs, t: all, keep: pairs.xi.keep });
    at.push(Object.freeze({ t, error: difference(await velocity(xt, t), dxt) }));
  }
  const mean = at.reduce((sum, { error }) => sum + error, 0) / at.length;
  return Object.freeze({ mean, at: Object.freeze(at) });
}
