import { assertShape, type NdArray } from "../../array";
import type { MixtureCoupling } from "../../couplings/gaussian-mixture";
import { assertFinite, assertKnown, expected } from "../../errors";
import type { Interpolant } from "../../interpolants/interpolant";
import { assertRng, type Rng } from "../../random";
import { holm, kolmogorovSmirnov } from "../../statistics";
import { normalCdf } from "../../statistics/normal";

/** Options of {@link mixtureLawTest}. */
export interface MixtureLawTestOptions {
  /** Independent points `[n, d]`, such as what a sampler returned. */
  readonly x: NdArray;
  /** The mixture whose law is tested. */
  readonly coupling: MixtureCoupling;
  /** The interpolant of that law. */
  readonly interpolant: Interpolant;
  /** The time of the law: 0 for the base, 1 for the data. */
  readonly t: number;
  /** The number of random directions; the same seed gives the same. Default 8. */
  readonly directions?: number;
  /** Source of the directions. */
  readonly rng: Rng;
}

/** What {@link mixtureLawTest} says. */
export interface MixtureLawTest {
  /**
   * The probability of points so far from the law in some direction, were they drawn from it: the least
   * p-value of all directions, by Holm's correction for their number.
   */
  readonly pValue: number;
  /** The largest distance of distribution functions of all directions, between 0 and 1. */
  readonly distance: number;
  /** How many points were tested. */
  readonly n: number;
}

/**
 * Tests whether points follow the exact law of I_t for a Gaussian-mixture coupling, whatever the label.
 * Projected to a direction u, the law is a mixture of normals N(u·m_t, uᵀC_t u) with a closed distribution
 * function, so that one sample is tested against the law itself, by Kolmogorov and Smirnov, not against a
 * second sample. A distance of D is found with certainty from about 2 / D² points on.
 *
 * @example
 * const coupling = threeModes({ pairing: "matched" });
 * const { x } = coupling.targets(500, rng(1));
 * mixtureLawTest({ x, coupling, interpolant: linear(), t: 1, rng: rng(2) }).pValue; // not small
 * @throws when there are no points, one isn't finite, or their dimension is not the coupling's.
 */
export function mixtureLawTest(options: MixtureLawTestOptions): MixtureLawTest {
  assertKnown(
    options,
    { x: true, coupling: true, interpolant: true, t: true, directions: true, rng: true },
    "mixtureLawTest",
    { likely: true },
  );
  const { x, coupling, interpolant, t, directions = 8, rng } = options;
  assertRng(rng);
  const { dimension: d, components } = coupling;
  assertShape(x, [-1, d], `points of "${coupling.name}"`);
  assertFinite(x.data, "finite points");
  if (!(Number.isInteger(directions) && directions > 0))
    throw expected("1 direction or more", `${directions}`);
  const { alpha, beta, gamma } = interpolant.at(t);
  const n = x.shape[0];
  const tests = Array.from({ length: directions }, () => {
    const drawn = Array.from({ length: d }, () => rng.normal());
    const length = Math.hypot(...drawn);
    const u = drawn.map((value) => value / length);
    const dot = (v: ArrayLike<number>, from = 0) => u.reduce((sum, value, j) => sum + value * v[from + j], 0);
    const form = (matrix: readonly (readonly number[])[]) => dot(matrix.map((row) => dot(row)));
    const laws = components.map(({ weight, mean0, mean1, cov00, cov01, cov11 }) => ({
      weight,
      mean: alpha * dot(mean0) + beta * dot(mean1),
      sd: Math.sqrt(
        alpha ** 2 * form(cov00) + 2 * alpha * beta * form(cov01) + beta ** 2 * form(cov11) + gamma ** 2,
      ),
    }));
    const cdf = (value: number) =>
      Math.min(
        1,
        laws.reduce((sum, { weight, mean, sd }) => sum + weight * normalCdf((value - mean) / sd), 0),
      );
    return kolmogorovSmirnov(
      Array.from({ length: n }, (_, i) => dot(x.data, i * d)),
      cdf,
    );
  });
  return Object.freeze({
    pValue: Math.min(...holm(tests.map(({ pValue }) => pValue))),
    distance: Math.max(...tests.map(({ distance }) => distance)),
    n,
  });
}
