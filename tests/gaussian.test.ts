import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cholesky, gaussian } from "../lib/gaussian";
import { type Rng, rng } from "../lib/random";

/** A Aᵀ + 0.1 I for a random A. */
function covariance(d: number, source: Rng): Float64Array {
  const a = source.normals([d, d]).data;
  return Float64Array.from({ length: d * d }, (_, e) => {
    const [i, j] = [Math.floor(e / d), e % d];
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < d; k++) sum += a[i * d + k] * a[j * d + k];
    return sum;
  });
}

const times = (matrix: Float64Array, x: Float64Array) =>
  x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * x.length + j] * value, 0));

describe("gaussian", () => {
  it("whitens: the covariance times the result is x − mean, in any dimension", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer(), (d, seed) => {
        const source = rng(seed);
        const matrix = covariance(d, source);
        const mean = Float64Array.from(source.normals([d]).data);
        const x = Float64Array.from(source.normals([d]).data);
        const back = times(matrix, gaussian(mean, matrix).whiten(x, new Float64Array(d)));
        for (let i = 0; i < d; i++) expect(back[i]).toBeCloseTo(x[i] - mean[i], 8);
      }),
    );
  });

  it("has the density of the plane's formula", () => {
    const [a, b, c] = [2, 0.5, 1];
    const law = gaussian(Float64Array.of(1, -1), Float64Array.of(a, b, b, c));
    const [dx, dy] = [0.3, -0.8];
    const determinant = a * c - b * b;
    const squared = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / determinant;
    const density = Math.exp(-squared / 2) / (2 * Math.PI * Math.sqrt(determinant));
    expect(Math.exp(law.logDensity([1 + dx, -1 + dy]))).toBeCloseTo(density, 14);
  });

  it("draws with its mean and covariance", () => {
    const source = rng(1);
    const matrix = Float64Array.of(2, 0.8, 0.8, 1);
    const law = gaussian(Float64Array.of(3, -2), matrix);
    const n = 40_000;
    const sums = new Float64Array(5);
    const x = new Float64Array(2);
    for (let i = 0; i < n; i++) {
      law.sample(source, x);
      const [u, v] = [x[0] - 3, x[1] + 2];
      [u, v, u * u, u * v, v * v].forEach((value, k) => {
        sums[k] += value / n;
      });
    }
    [0, 0, 2, 0.8, 1].forEach((value, k) => {
      expect(Math.abs(sums[k] - value)).toBeLessThan((4 * 3) / Math.sqrt(n));
    });
  });
});

describe("cholesky", () => {
  it("gives a factor of singular covariances too, where asked to", () => {
    // x1 = x0 exactly: rank 1.
    const factor = cholesky(Float64Array.of(4, 4, 4, 4), 2, { semidefinite: true });
    expect(Array.from(factor)).toEqual([2, 0, 2, 0]);
    expect(Array.from(cholesky(new Float64Array(4), 2, { semidefinite: true }))).toEqual([0, 0, 0, 0]);
    expect(() => cholesky(Float64Array.of(4, 4, 4, 4), 2)).toThrow("positive definite");
  });

  it("refuses what is no covariance", () => {
    for (const semidefinite of [false, true]) {
      expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2, { semidefinite })).toThrow("definite covariance");
      expect(() => cholesky(Float64Array.of(0, 1, 1, 0), 2, { semidefinite })).toThrow("definite covariance");
      expect(() => cholesky(Float64Array.of(Number.NaN), 1, { semidefinite })).toThrow("definite covariance");
    }
  });
});
