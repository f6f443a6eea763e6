import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { NdArray } from "../../array";
import { moments } from "../../statistics/moments";
import { assertFeatures, assertSameDimension } from "../features/assert-features";

/**
 * Squared Fréchet distance between Gaussians fitted to two sets of features `[n, d]` and `[m, d]`: |μ_a −
 * μ_b|² + tr(Σ_a + Σ_b − 2 (Σ_a^½ Σ_b Σ_a^½)^½) (Dowson and Landau, 1982), as in FID (Heusel et al., 2017).
 * In float64, with matrix roots by symmetric eigendecomposition. Biased upwards for small n: use n ≥ 2 d, and
 * equal n wherever values are compared, or `kernelDistance`.
 *
 * @example frechetDistance(data.x, moons({ n: 256, rng: rng(1) }).x); // 0.15: small, as both are moons
 * @throws when there are fewer than two rows, dimensions differ, or a feature isn't finite.
 */
export function frechetDistance(a: NdArray, b: NdArray): number {
  assertFeatures(a, 2, "features a");
  assertFeatures(b, 2, "features b");
  assertSameDimension(a, b);
  const d = a.shape[1];
  const [left, right] = [moments(a), moments(b)];
  let distance = 0;
  for (let j = 0; j < d; j++) distance += (left.mean[j] - right.mean[j]) ** 2;
  const [sigmaA, sigmaB] = [matrix(left.covariance, d), matrix(right.covariance, d)];
  const root = squareRoot(sigmaA);
  const overlap = eigenvaluesOf(root.mmul(sigmaB).mmul(root)).reduce((sum, x) => sum + Math.sqrt(x), 0);
  return Math.max(0, distance + sigmaA.trace() + sigmaB.trace() - 2 * overlap);
}

function squareRoot(symmetric: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = decompose(symmetric);
  const scaled = eigenvectorMatrix
    .clone()
    .mulRowVector(realEigenvalues.map((x) => Math.sqrt(Math.max(0, x))));
  return scaled.mmul(eigenvectorMatrix.transpose());
}

/** Eigenvalues of a positive semi-definite matrix; those that rounding made negative are 0. */
function eigenvaluesOf(symmetric: Matrix): number[] {
  return decompose(symmetric).realEigenvalues.map((x) => Math.max(0, x));
}

function decompose(nearlySymmetric: Matrix): EigenvalueDecomposition {
  const symmetric = Matrix.add(nearlySymmetric, nearlySymmetric.transpose()).mul(0.5);
  return new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
}

const matrix = (values: Float64Array, d: number) => Matrix.from1DArray(d, d, values);
