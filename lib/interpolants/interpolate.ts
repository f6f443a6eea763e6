import { assertShape, type NdArray, ndarray, sampleSize, zeros } from "../array";
import { type Mask, maskOn } from "../conditions/mask";
import { expected, UsageError } from "../errors";
import type { Interpolant } from "./interpolant";
import { positionTerms, velocityTerms } from "./terms";

/** The draws to interpolate between, and the times. */
export interface InterpolateOptions {
  /** Gives α_t, β_t and γ_t. */
  readonly interpolant: Interpolant;
  /** x0 and x1, of equal shape `[n, ...]`. */
  readonly pairs: { readonly x0: NdArray; readonly x1: NdArray };
  /** One time per sample, length n. */
  readonly t: ArrayLike<number>;
  /** The latent z ~ N(0, I), of x0's shape; needed if and only if γ is not zero. */
  readonly z?: NdArray;
  /**
   * The mask ξ (1 = known), `[n, ..., 1]` or of x0's shape. Where it is 1 no latent is added, so that a
   * convex interpolant gives I_t = x1 where x0 = x1; one that is `insideHole` gives I_t = x1 and İ_t = 0
   * exactly.
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
 *
 * @example
 * const t = Float32Array.from({ length: 16 }, () => 0.5);
 * const { xt, dxt } = interpolate({ interpolant, pairs, t }); // here (x0 + x1) / 2 and x1 − x0
 * @throws when shapes differ, a value is not finite, a latent is missing, γ̇ is infinite at one of
 * the times, or a mask is given with an interpolant that has α + β ≠ 1 and is not `insideHole`.
 */
export function interpolate({ interpolant, pairs, t, z, keep }: InterpolateOptions): Interpolated {
  const { x0, x1 } = pairs;
  const n = x0.shape[0];
  assertShape(x1, x0.shape, "x1, like x0,");
  if (t.length !== n) throw expected(`one time per sample, ${n} in all`, `${t.length}`);
  const mask = keep && maskOn(keep, x0);
  if (mask) assertMaskable(interpolant);
  const latent = interpolant.hasLatent ? latentInHole(interpolant, z, x0, mask) : undefined;

  const xt = zeros(x0.shape, x0);
  const dxt = zeros(x0.shape, x0);
  const size = sampleSize(x0);
  for (let i = 0; i < n; i++) {
    const at = interpolant.at(t[i]);
    if (latent && !Number.isFinite(at.dGamma)) {
      throw expected(
        `times between 0 and 1, ends excluded, for the interpolant "${interpolant.name}" whose γ̇ is infinite there`,
        `t = ${t[i]}`,
        "Draw times from, say, 0.001 to 0.999.",
      );
    }
    const row = ({ data }: NdArray) => data.subarray(i * size, (i + 1) * size);
    const draws = { x0: row(x0), x1: row(x1), ...(latent && { z: row(latent) }) };
    writeSum(positionTerms(at, draws), row(xt));
    writeSum(velocityTerms(at, draws), row(dxt));
  }
  if (mask && interpolant.insideHole) {
    mask.blend(x1.data, xt.data, xt.data);
    mask.blend(0, dxt.data, dxt.data);
  }
  assertFinite(xt, dxt);
  return Object.freeze({ xt, dxt });
}

function latentInHole(
  interpolant: Interpolant,
  z: NdArray | undefined,
  x0: NdArray,
  mask: Mask | undefined,
): NdArray {
  if (!z) {
    throw expected(
      `a latent z of shape [${x0.shape.join(", ")}] for the interpolant "${interpolant.name}"`,
      "none",
      "Pass z: rng.normals(x0.shape).",
    );
  }
  assertShape(z, x0.shape, "z, like x0,");
  return mask ? ndarray(z.shape, mask.blend(0, z.data, z.data.slice())) : z;
}

/** Σ coefficient · values, in the order of the terms. */
function writeSum(terms: readonly (readonly [number, NdArray["data"]])[], out: NdArray["data"]): void {
  const [[a, x], [b, y], third] = terms;
  if (third) {
    const [c, z] = third;
    for (let e = 0; e < out.length; e++) out[e] = a * x[e] + b * y[e] + c * z[e];
  } else {
    for (let e = 0; e < out.length; e++) out[e] = a * x[e] + b * y[e];
  }
}

function assertFinite(...arrays: readonly NdArray[]): void {
  for (const { data, shape } of arrays) {
    let nothing = 0;
    for (let e = 0; e < data.length; e++) nothing += 0 * data[e];
    if (nothing === 0) continue;
    const sample = Math.floor(data.findIndex((value) => !Number.isFinite(value)) / (data.length / shape[0]));
    throw expected("finite x0, x1 and z", `a value that is not, in sample ${sample}`);
  }
}

/**
 * Rejects an interpolant that moves known pixels.
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
