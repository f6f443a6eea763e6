import { expected } from "./errors";
import type { Rng } from "./random";

/** The normal distribution N(mean, covariance) in a few dimensions, with the Cholesky factor at hand. */
export interface Gaussian {
  readonly mean: Float64Array;
  /** log N(x; mean, covariance). */
  logDensity(x: ArrayLike<number>): number;
  /** covariance⁻¹ (x − mean), written into `out`, which is returned. */
  whiten(x: ArrayLike<number>, out: Float64Array): Float64Array;
  /** A draw, written into `out`, which is returned. */
  sample(rng: Rng, out: Float64Array): Float64Array;
}

/**
 * @param covariance rows × columns in row-major order, symmetric.
 * @throws when the covariance is not positive definite.
 */
export function gaussian(mean: Float64Array, covariance: Float64Array): Gaussian {
  const d = mean.length;
  const factor = cholesky(covariance, d);
  let logScale = (d / 2) * Math.log(2 * Math.PI);
  for (let i = 0; i < d; i++) logScale += Math.log(factor[i * d + i]);
  const scratch = new Float64Array(d);
  // L⁻¹ (x − mean)
  const forward = (x: ArrayLike<number>, out: Float64Array) => {
    for (let i = 0; i < d; i++) {
      let sum = x[i] - mean[i];
      for (let j = 0; j < i; j++) sum -= factor[i * d + j] * out[j];
      out[i] = sum / factor[i * d + i];
    }
  };
  return Object.freeze({
    mean,
    logDensity(x: ArrayLike<number>) {
      forward(x, scratch);
      let squared = 0;
      for (let i = 0; i < d; i++) squared += scratch[i] * scratch[i];
      return -squared / 2 - logScale;
    },
    whiten(x: ArrayLike<number>, out: Float64Array) {
      forward(x, out);
      for (let i = d - 1; i >= 0; i--) {
        let sum = out[i];
        for (let j = i + 1; j < d; j++) sum -= factor[j * d + i] * out[j];
        out[i] = sum / factor[i * d + i];
      }
      return out;
    },
    sample(rng: Rng, out: Float64Array) {
      for (let i = 0; i < d; i++) scratch[i] = rng.normal();
      for (let i = 0; i < d; i++) {
        let sum = mean[i];
        for (let j = 0; j <= i; j++) sum += factor[i * d + j] * scratch[j];
        out[i] = sum;
      }
      return out;
    },
  });
}

/**
 * The lower triangular L with L Lᵀ = `matrix`, `[d, d]` in row-major order. A pivot within rounding of
 * zero counts as zero, with its column.
 * @throws when `matrix` is not positive definite, or with `semidefinite` not positive semidefinite.
 */
export function cholesky(matrix: Float64Array, d: number, { semidefinite = false } = {}): Float64Array {
  const factor = new Float64Array(d * d);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += Math.abs(matrix[i * d + i]);
  const tiny = 1e-12 * trace;
  for (let j = 0; j < d; j++) {
    let pivot = matrix[j * d + j];
    for (let k = 0; k < j; k++) pivot -= factor[j * d + k] ** 2;
    if (!(pivot > tiny || (semidefinite && pivot >= -tiny))) {
      throw expected(
        `a positive ${semidefinite ? "semidefinite" : "definite"} covariance`,
        `[${Array.from(matrix).join(", ")}]`,
      );
    }
    const root = pivot > tiny ? Math.sqrt(pivot) : 0;
    factor[j * d + j] = root;
    for (let i = j + 1; i < d; i++) {
      let sum = matrix[i * d + j];
      for (let k = 0; k < j; k++) sum -= factor[i * d + k] * factor[j * d + k];
      if (root > 0) factor[i * d + j] = sum / root;
      else if (Math.abs(sum) > 1e-6 * trace) {
        throw expected("a positive semidefinite covariance", `[${Array.from(matrix).join(", ")}]`);
      }
    }
  }
  return factor;
}
