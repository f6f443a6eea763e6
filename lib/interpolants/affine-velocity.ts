import { type NdArray, sampleSize } from "../array";
import type { PairMoments } from "../couplings/moments";
import { expected } from "../errors";
import type { Interpolant } from "./interpolant";

/**
 * The affine function of I_t, element by element, that is nearest to the velocity: the regression of İ_t on
 * I_t by their first two moments, and what it leaves. Exact where (x0, x1) is Gaussian with independent
 * elements.
 */
export interface AffineVelocity {
  /** The interpolant of İ_t. */
  readonly interpolant: Interpolant;
  /** The moments of (x0, x1) from which it is computed. */
  readonly moments: PairMoments;
  /** Its slope and its offset at time t, between 0 and 1. */
  at(t: number): AffineAt;
}

/** An affine velocity at one time: slope · x + offset, element by element. */
export interface AffineAt {
  /** The factor on x, one for each element of a sample. */
  readonly slope: Float64Array;
  /** What is added, one for each element of a sample. */
  readonly offset: Float64Array;
  /** s_t: the root mean square, over elements, of İ_t less the affine velocity at I_t; above 0. */
  readonly rest: number;
}

/**
 * The affine velocity of an interpolant between draws with these moments:
 *
 *     b(x) = E İ + Cov(İ, I) / Var(I) · (x − E I)
 *     s_t² = mean over elements of Var(İ) − Cov(İ, I)² / Var(I)
 *
 * where the moments of İ and I follow from those of x0, x1 and z by linearity. For x0 ~ N(0, I) and data of
 * mean 0 and variance v, they are the skip connection and the output scale of Karras et al. (2022, arXiv
 * 2206.00364), written for a velocity. Not defined where γ̇_t is infinite.
 *
 * @example
 * const moments = await pairMoments({ coupling, data, rng: rng(0) });
 * const affine = affineVelocity({ interpolant, moments });
 * const objective = restLoss(affine);
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 * const b = velocityFromRest(model.field(), affine);
 */
export function affineVelocity(options: {
  readonly interpolant: Interpolant;
  readonly moments: PairMoments;
}): AffineVelocity {
  const { interpolant, moments } = options;
  const { mean0, mean1, variance0, variance1, covariance } = moments;
  const size = mean0.data.length;
  let last: { readonly t: number; readonly at: AffineAt } | undefined;
  const at = (t: number): AffineAt => {
    if (last?.t === t) return last.at;
    const { alpha, beta, gamma, dAlpha, dBeta, dGamma, gammaDGamma } = interpolant.at(t);
    const slope = new Float64Array(size);
    const offset = new Float64Array(size);
    let left = 0;
    for (let e = 0; e < size; e++) {
      const [v0, v1, c] = [variance0.data[e], variance1.data[e], covariance.data[e]];
      const position = alpha ** 2 * v0 + 2 * alpha * beta * c + beta ** 2 * v1 + gamma ** 2;
      const velocity = dAlpha ** 2 * v0 + 2 * dAlpha * dBeta * c + dBeta ** 2 * v1 + dGamma ** 2;
      const both =
        dAlpha * alpha * v0 + (dAlpha * beta + dBeta * alpha) * c + dBeta * beta * v1 + gammaDGamma;
      slope[e] = position > tiny ? both / position : 0;
      offset[e] =
        dAlpha * mean0.data[e] +
        dBeta * mean1.data[e] -
        slope[e] * (alpha * mean0.data[e] + beta * mean1.data[e]);
      left += Math.max(0, velocity - slope[e] * both) / size;
    }
    last = { t, at: Object.freeze({ slope, offset, rest: Math.sqrt(Math.max(left, tiny)) }) };
    return last.at;
  };
  return Object.freeze({ interpolant, moments, at });
}

/** @throws unless samples `[n, ...]` have as many elements as those whose moments were taken. */
export function assertAffineFits({ slope }: AffineAt, x: NdArray): void {
  if (sampleSize(x) === slope.length) return;
  throw expected(
    `samples of ${slope.length} elements, as those of the affine velocity's moments`,
    `shape [${x.shape.join(", ")}]`,
    "Take pairMoments of the same data.",
  );
}

const tiny = 1e-12;
