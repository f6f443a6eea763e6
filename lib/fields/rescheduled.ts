import { assertShape, zeros } from "../array";
import { assertKnown, expected } from "../errors";
import type { Interpolant } from "../interpolants/interpolant";
import { bindField, type Field, makeField } from "./field";

/** Options of {@link rescheduled}. */
export interface RescheduleOptions {
  /** The interpolant that `b` is the velocity of. β/α must rise throughout, as that of `linear()` does. */
  readonly from: Interpolant;
  /** The interpolant whose velocity is wanted. */
  readonly to: Interpolant;
}

/**
 * The velocity under another schedule, of the same coupling and without training anew. Where γ = 0, two
 * interpolants of one coupling differ by a factor and by the time alone,
 *
 *     I′_t = c_t I_s   with   β_s / α_s = β′_t / α′_t,   c_t = α′_t / α_s = β′_t / β_s,
 *
 * and so do their flows: X′_t = c_t X_s, hence b′_t(x) = (ċ/c) x + c ṡ b_s(x/c). Since s and c are 1 at
 * t = 1, every start ends at the same point. (For Gaussian bases: Karras et al., 2022, arXiv 2206.00364;
 * Pokle et al., 2023, arXiv 2310.04432.)
 *
 * With a latent this doesn't hold. But for x0 ~ N(0, I) independent of x1, `oneSided(interpolant)` has the
 * same velocity as an interpolant with a latent, and has none.
 *
 * @example
 * const b = rescheduled(model.field(), { from: linear(), to: trigonometric() });
 * const { x } = await solveOde(b, atBase(pairs), { method: euler({ steps: 8 }) });
 * @throws when either interpolant has a latent, or β/α of `from` does not rise; the field throws where ξ has
 * a mask, since known values would move by c.
 */
export function rescheduled(b: Field, options: RescheduleOptions): Field {
  assertKnown(options, { from: true, to: true }, "rescheduled");
  const { from, to } = options;
  for (const { hasLatent, name } of [from, to]) {
    if (!hasLatent) continue;
    const advice =
      "For x0 ~ N(0, I) independent of x1 use oneSided(interpolant), which has the same velocity.";
    throw expected("interpolants without a latent (γ = 0)", `"${name}"`, advice);
  }
  for (let i = 0; i <= 64; i++) {
    const { turning } = polar(from, i / 64);
    if (turning > 0) continue;
    throw expected(
      `β/α that rises at all times under the schedule of the field, "${from.name}"`,
      `a derivative of ${turning} at t = ${i / 64}`,
    );
  }
  return makeField((xi) => {
    if (xi.keep) throw expected("a condition without a mask for rescheduled", "one with ξ.keep");
    const bound = bindField(b, xi);
    return async (x, t) => {
      const goal = polar(to, t);
      const s = timeAt(from, goal.angle);
      const own = polar(from, s);
      const speed = goal.turning / own.turning; // ṡ
      const scale = goal.radius / own.radius; // c
      const growth = goal.growth - speed * own.growth; // ċ / c
      const shrunk = zeros(x.shape, x);
      for (let e = 0; e < x.data.length; e++) shrunk.data[e] = x.data[e] / scale;
      const value = await bound(shrunk, s);
      assertShape(value, x.shape, "the values of the field given to rescheduled, like x,");
      const out = zeros(x.shape, x);
      for (let e = 0; e < x.data.length; e++) {
        out.data[e] = growth * x.data[e] + scale * speed * value.data[e];
      }
      return out;
    };
  });
}

/** (α, β) in polar coordinates, with the derivatives of the angle and of the logarithm of the radius. */
function polar(interpolant: Interpolant, t: number) {
  const { alpha, beta, dAlpha, dBeta } = interpolant.at(t);
  const squared = alpha ** 2 + beta ** 2;
  return {
    angle: Math.atan2(beta, alpha),
    radius: Math.sqrt(squared),
    turning: (alpha * dBeta - beta * dAlpha) / squared,
    growth: (alpha * dAlpha + beta * dBeta) / squared,
  };
}

/** The time at which (α, β) has this angle, by bisection. */
function timeAt(interpolant: Interpolant, angle: number): number {
  let [low, high] = [0, 1];
  if (angle <= polar(interpolant, low).angle) return low;
  if (angle >= polar(interpolant, high).angle) return high;
  while (high - low > 1e-15) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (polar(interpolant, middle).angle < angle) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
