import { assertShape, type NdArray, sampleSize, zeros } from "../array";
import { keepSpan } from "../couplings/keep";
import { expected, UsageError } from "../errors";
import type { Interpolant } from "./interpolant";

/** Draws to interpolate between, and at which times. */
export interface InterpolateOptions {
  readonly interpolant: Interpolant;
  /** x0 and x1, of equal shape `[n, ...]`. */
  readonly pairs: { readonly x0: NdArray; readonly x1: NdArray };
  /** One time per sample, length n. */
  readonly t: ArrayLike<number>;
  /** The latent z ~ N(0, I), of x0's shape; needed if and only if γ is not zero. */
  readonly z?: NdArray;
  /**
   * The mask ξ (1 keeps), `[n, ..., 1]` or of x0's shape. Where it is 1 no latent is added, so that a convex
   * interpolant gives I_t = x1 where x0 = x1; one that is `insideHole` gives I_t = x1 and İ_t = 0 as they are.
   */
  readonly keep?: NdArray;
}

/** A draw of the interpolant and of its velocity, each of x0's shape. */
export interface Interpolated {
  /** I_t. */
  readonly xt: NdArray;
  /** İ_t = α̇x0 + β̇x1 + γ̇z, the regression target of b. */
  readonly dxt: NdArray;
}

/**
 * I_t = α_t x0 + β_t x1 + γ_t z and its time derivative İ_t (Def. 3.1, Thm 3.1), each sample at its own time.
 * @throws when shapes differ, a value is not finite, a latent is missing, γ̇ is infinite at one of
 * the times, or a mask meets an interpolant with α + β ≠ 1 that is not `insideHole`.
 */
export function interpolate({ interpolant, pairs, t, z, keep }: InterpolateOptions): Interpolated {
  const { x0, x1 } = pairs;
  const n = x0.shape[0];
  assertShape(x1, x0.shape, "x1, like x0,");
  if (t.length !== n) throw expected(`one time per sample, ${n} in all`, `${t.length}`);
  if (keep) assertMaskable(interpolant);
  const latent = interpolant.hasLatent ? z : undefined;
  if (interpolant.hasLatent && !latent) {
    throw expected(
      `a latent z of shape [${x0.shape.join(", ")}] for the interpolant "${interpolant.name}"`,
      "none",
      "Pass z: rng.normals(x0.shape).",
    );
  }
  if (latent) assertShape(latent, x0.shape, "z, like x0,");
  const span = keep ? keepSpan(keep, x0) : 1;

  const xt = zeros(x0.shape, x0);
  const dxt = zeros(x0.shape, x0);
  const size = sampleSize(x0);
  for (let i = 0; i < n; i++) {
    const { alpha, beta, gamma, dAlpha, dBeta, dGamma } = interpolant.at(t[i]);
    if (latent && !Number.isFinite(dGamma)) {
      throw expected(
        `times between 0 and 1, ends excluded, for the interpolant "${interpolant.name}" whose γ̇ is infinite there`,
        `t = ${t[i]}`,
        "Draw times from, say, 0.001 to 0.999.",
      );
    }
    const end = (i + 1) * size;
    let finite = 0;
    for (let j = i * size; j < end; j++) {
      const known = keep !== undefined && keep.data[(j / span) | 0] === 1;
      if (known && interpolant.insideHole) {
        xt.data[j] = x1.data[j];
        finite += 0 * x1.data[j];
        continue;
      }
      const a = x0.data[j];
      const c = x1.data[j];
      let value = alpha * a + beta * c;
      let rate = dAlpha * a + dBeta * c;
      if (latent && !known) {
        value += gamma * latent.data[j];
        rate += dGamma * latent.data[j];
      }
      xt.data[j] = value;
      dxt.data[j] = rate;
      finite += 0 * value + 0 * rate;
    }
    if (finite !== 0) throw expected("finite x0, x1 and z", `a value that is not, in sample ${i}`);
  }
  return Object.freeze({ xt, dxt });
}

/**
 * Refuses an interpolant that moves known pixels.
 * @throws unless α_t + β_t = 1 for all t.
 */
function assertMaskable(interpolant: Interpolant): void {
  if (interpolant.convex || interpolant.insideHole) return;
  throw new UsageError(
    `The interpolant "${interpolant.name}" cannot be used with a mask: where x0 = x1, I_t = (α_t + β_t) x1 moves, ` +
      "because α_t + β_t ≠ 1, so a velocity that is zero there would be wrong. " +
      "Use linear() or polynomial(), or insideHole(…) to apply the schedule in the hole only.",
  );
}
