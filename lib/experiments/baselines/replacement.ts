import { type NdArray, ndarray, zeros } from "../../array";
import type { Condition } from "../../conditions/condition";
import { maskOn } from "../../conditions/mask";
import type { Pairs } from "../../couplings/coupling";
import { expected } from "../../errors";
import { bindField, type Field, makeField } from "../../fields/field";
import type { Interpolant } from "../../interpolants";
import { positionTerms, velocityTerms } from "../../interpolants/terms";
import type { Rng } from "../../random";
import { knownPixels } from "../inpainting";

/** Options of {@link replacement}. */
export interface ReplacementOptions {
  /** The velocity of a model that was trained without any mask; labels and embeddings are passed on to it. */
  readonly b: Field;
  /** The interpolant that it was trained with, without a latent. */
  readonly interpolant: Interpolant;
  /** Where sampling starts, x0 being noise all over, with the images of whose pixels some are known. */
  readonly pairs: Pairs;
  /**
   * Draws the noise of known pixels afresh at every evaluation, as diffusion models do. Left out, they keep
   * the noise x0 that they start with, and the flow is an ordinary differential equation still.
   */
  readonly fresh?: Rng;
}

/**
 * In-painting by replacement, the usual practice with a model that was trained without a mask (Song et al.,
 * 2021, arXiv 2011.13456, appendix I.2; RePaint, Lugmayr et al., 2022, arXiv 2201.09865, resamples on top):
 * along the path, known pixels are set to what they would be at that time, I_t = α_t x0 + β_t x1, so that the
 * model sees them at its own noise level. In the field returned, they also move like that.
 *
 * It is not a sample of the hole given the known pixels: what the model does at time t depends on the noisy
 * known pixels at t only. Known pixels end at x1 up to rounding, not bit for bit.
 *
 * @example
 * const hole = uncoupledInpainting({ mask: tiles({ grid: 4 }), channels: 1 });
 * const pairs = hole.draw(images, rng(0));
 * // In place of x => x: a velocity trained with independent().
 * const filling = replacement({ b: ({ x }) => x, interpolant: linear(), pairs });
 * const { x } = await solveOde(filling, atBase(pairs), { method: euler({ steps: 10 }) });
 * @throws when the interpolant has a latent; the field throws for other samples than those of `pairs`: solve
 * them at once.
 */
export function replacement({ b, interpolant, pairs, fresh }: ReplacementOptions): Field {
  if (interpolant.hasLatent) throw expected("an interpolant without a latent", `"${interpolant.name}"`);
  const { x0, x1 } = pairs;
  const mask = maskOn(knownPixels(pairs.xi), x0);
  const combine = (terms: readonly (readonly [number, NdArray])[], out: NdArray) => {
    for (let e = 0; e < out.data.length; e++) {
      if (mask.known[e] !== 1) continue;
      let sum = 0;
      for (const [coefficient, { data }] of terms) sum += coefficient * data[e];
      out.data[e] = sum;
    }
    return out;
  };
  return makeField(({ keep: _, image: __, ...xi }: Condition) => {
    const bound = bindField(b, Object.freeze(xi));
    return async (x, t) => {
      if (x.shape.join() !== x0.shape.join()) {
        throw expected(
          `all ${x0.shape[0]} samples of the pairs at once`,
          `shape [${x.shape.join(", ")}]`,
          "Solve without the option batch.",
        );
      }
      const at = interpolant.at(t);
      const noise = fresh ? fresh.normals(x0.shape) : x0;
      const seen = combine(positionTerms(at, { x0: noise, x1 }), ndarray(x.shape, x.data.slice()));
      const value = await bound(seen, t);
      const out = zeros(value.shape, value);
      out.data.set(value.data);
      return combine(velocityTerms(at, { x0, x1 }), out);
    };
  });
}
