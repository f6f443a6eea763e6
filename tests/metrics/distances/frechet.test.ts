import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { frechetDistance } from "../../../lib/metrics/distances/frechet";
import { rng } from "../../../lib/random";

/**
 * Points whose sample mean and (unbiased) covariance are exactly these, the covariance diagonal in the axes
 * `u`.
 */
function pointsWith(mean: readonly number[], deviations: readonly number[], u: readonly number[][]): NdArray {
  const d = mean.length;
  const n = 2 * d;
  const rows = Array.from({ length: n }, (_, i) => {
    const axis = i >> 1;
    const size = (i % 2 === 0 ? 1 : -1) * deviations[axis] * Math.sqrt((n - 1) / 2);
    return mean.map((value, j) => value + size * u[axis][j]);
  });
  return ndarray([n, d], Float64Array.from(rows.flat()));
}

const turned = (angle: number) => [
  [Math.cos(angle), Math.sin(angle)],
  [-Math.sin(angle), Math.cos(angle)],
];
const upright = turned(0);

const features = (seed: number, n: number, d: number) => rng(seed).normals([n, d]);
const small = fc.double({ min: 0.1, max: 3, noNaN: true });

describe("frechetDistance", () => {
  test("of commuting Gaussians is the sum of squared differences of means and deviations", () => {
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 4, maxLength: 4 }),
        fc.array(small, { minLength: 4, maxLength: 4 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (p, q, angle) => {
          const a = pointsWith([p[0], p[1]], [p[2], p[3]], turned(angle));
          const b = pointsWith([q[0], q[1]], [q[2], q[3]], turned(angle));
          const formula = p.reduce((sum, value, i) => sum + (value - q[i]) ** 2, 0);
          expect(frechetDistance(a, b)).toBeCloseTo(formula, 9);
        },
      ),
    );
  });

  test("of two-dimensional Gaussians agrees with tr √(ΣΣ') = √(tr ΣΣ' + 2 √det ΣΣ')", () => {
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 4, maxLength: 4 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        ([s, t, v, w], angle) => {
          const a = pointsWith([0, 0], [s, t], upright);
          const b = pointsWith([0, 0], [v, w], turned(angle));
          const [c2, s2] = [Math.cos(angle) ** 2, Math.sin(angle) ** 2];
          const product =
            s * s * (v * v * c2 + w * w * s2) + t * t * (v * v * s2 + w * w * c2) + 2 * s * t * v * w;
          const formula = s * s + t * t + v * v + w * w - 2 * Math.sqrt(product);
          expect(frechetDistance(a, b)).toBeCloseTo(formula, 8);
        },
      ),
    );
  });

  test("is symmetric, ignores order and translation of both, and is zero for equal sets", () => {
    const [a, b] = [features(1, 40, 6), features(2, 50, 6)];
    const moved = (array: NdArray) =>
      ndarray(
        array.shape,
        Float64Array.from(array.data, (x) => x + 3),
      );
    const reversed = ndarray(
      a.shape,
      Float64Array.from({ length: 240 }, (_, i) => a.data[(39 - Math.floor(i / 6)) * 6 + (i % 6)]),
    );
    const distance = frechetDistance(a, b);
    expect(frechetDistance(b, a)).toBeCloseTo(distance, 10);
    expect(frechetDistance(moved(a), moved(b))).toBeCloseTo(distance, 10);
    expect(frechetDistance(reversed, b)).toBeCloseTo(distance, 10);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 10);
  });

  test("works with fewer samples than dimensions", () => {
    const a = features(3, 5, 12);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 6);
    expect(frechetDistance(a, features(4, 5, 12))).toBeGreaterThan(1);
  });

  test("says what is wrong with its input", () => {
    const a = features(1, 4, 3);
    expect(() => frechetDistance(a, features(1, 4, 2))).toThrow(/same dimension on both sides.*3 and 2/);
    expect(() => frechetDistance(features(1, 1, 3), a)).toThrow(/at least 2 features a.*1/);
    expect(() => frechetDistance(a, ndarray([2, 3], [0, 1, 2, 3, Number.NaN, 5]))).toThrow(
      /finite features b, but row 1 holds NaN in column 1/,
    );
    expect(() => frechetDistance(ndarray([2, 1, 1], [0, 1]), a)).toThrow(/features a of shape \[any, any\]/);
  });
});
