import { sampleSize } from "../array";
import type { Pairs } from "../couplings/coupling";
import { expected } from "../errors";
import { bindField, type Field } from "../fields/field";
import { type Interpolant, interpolate } from "../interpolants";
import type { Rng } from "../random";
import { type Estimate, estimateMean } from "../statistics";

/** Options of {@link lossInTime}. */
export interface LossInTimeOptions {
  /** The field whose loss is computed. */
  readonly b: Field;
  /** Draws of the coupling; for a learned field, of targets that it was not trained on. */
  readonly pairs: Pairs;
  /** The interpolant that gives I_t and İ_t. */
  readonly interpolant: Interpolant;
  /** Where in time to look: inside (0, 1) where γ̇ is infinite at the ends. */
  readonly times: readonly number[];
  /** Draws the latent, where there is one; the same for all times. */
  readonly rng: Rng;
  /** A field, such as the exact velocity, to compare `b` with in place of İ_t: the error of `b` itself. */
  readonly truth?: Field;
}

/** The loss at one time, and its standard error over the pairs. */
export interface LossAt extends Estimate {
  /** The time, one of those asked for. */
  readonly t: number;
}

/**
 * E|İ_t − b_t(I_t, ξ)|² at several times, summed over the elements of a sample. Of the exact velocity it is
 * the conditional variance of İ_t given I_t (and ξ): the loss that no network gets below, whose integral over
 * time is the interpolant's bound less its action. With `truth` it is E|b_t − truth_t|² at the same I_t.
 *
 * @example
 * const times = [0.1, 0.5, 0.9];
 * const loss = await lossInTime({ b, pairs, interpolant, times, rng: rng(0) });
 * loss.map(({ t, value, standardError }) => [t, value, standardError]);
 * @throws when there are no times, or as `interpolate` does.
 */
export async function lossInTime(options: LossInTimeOptions): Promise<readonly LossAt[]> {
  const { b, pairs, interpolant, times, rng, truth } = options;
  if (times.length === 0) throw expected("one time or more", "none");
  const { x0, xi } = pairs;
  const [n, size] = [x0.shape[0], sampleSize(x0)];
  const z = interpolant.hasLatent ? rng.normals(x0.shape) : undefined;
  const bound = bindField(b, xi);
  const wanted = truth && bindField(truth, xi);
  const all: LossAt[] = [];
  for (const t of times) {
    const at = new Float64Array(n).fill(t);
    const { xt, dxt } = interpolate({ interpolant, pairs, t: at, z, keep: xi.keep });
    const value = await bound(xt, t);
    const target = wanted ? await wanted(xt, t) : dxt;
    const errors = new Float64Array(n);
    for (let e = 0; e < dxt.data.length; e++) {
      errors[Math.floor(e / size)] += (value.data[e] - target.data[e]) ** 2;
    }
    all.push(Object.freeze({ t, ...estimateMean(errors) }));
  }
  return Object.freeze(all);
}
