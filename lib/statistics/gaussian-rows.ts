import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { assertShape, type NdArray, zeros } from "../array";
import { assertFinite, assertKnown, expected } from "../errors";
import { cholesky } from "../gaussian";
import { assertRng, type Rng } from "../random";
import { boundedCache } from "./bounded-cache";

/** A normal distribution fitted to the rows of a table, and what it says of some cells given the others. */
export interface GaussianRows {
  /** Mean of each column. */
  readonly mean: Float64Array;
  /** `[d, d]` in row-major order. */
  readonly covariance: Float64Array;
  /**
   * Rows `[n, d]` whose cells with keep = 1 are those of x, to the bit, and whose others are drawn from
   * their distribution given these; without `rng` they are its mean.
   */
  fill(x: NdArray, keep: NdArray, rng?: Rng): NdArray;
  /** Draws of whole rows, `[n, d]`. */
  sample(n: number, rng: Rng): NdArray;
  /** Of each row: the log density of the cells where keep isn't 1, given the others; by default of all. */
  logDensity(x: NdArray, keep?: NdArray): Float64Array;
  /** Of each row: its squared Mahalanobis distance (x − μ)ᵀ Σ⁻¹ (x − μ) from the mean. */
  mahalanobis(x: NdArray): Float64Array;
}

/** Options of {@link gaussianRows}. */
export interface GaussianRowsOptions {
  /**
   * Added to each column's variance, as a share of it, so that the covariance can be inverted whatever the
   * columns' units. Of a constant column: a share of its squared value, or of 1. Default 1e-6.
   */
  readonly ridge?: number;
}

/** One pattern of known cells: the others are N(μ_h + W (x_k − μ_k), L Lᵀ). */
interface Pattern {
  readonly known: readonly number[];
  readonly hole: readonly number[];
  readonly weights: readonly Float64Array[];
  readonly factor: Float64Array;
}

/** Patterns that are kept: each has up to d² numbers, and of d columns there are 2ᵈ. */
const mostPatterns = 1024;

/**
 * Fits mean and covariance, by maximum likelihood, to rows `[n, d]`. On normal scores it is a Gaussian
 * copula.
 *
 * @example
 * const rows = gaussianRows(rng(0).normals([500, 3]));
 * const x = ndarray([1, 3], [2, 0, 0]);
 * rows.fill(x, ndarray([1, 3], [1, 0, 0])); // 2, and the means of the other two given that
 * @throws when there are fewer than two rows, a number isn't finite, or the ridge is below 0.
 */
export function gaussianRows(table: NdArray, options: GaussianRowsOptions = {}): GaussianRows {
  assertKnown(options, { ridge: true }, "gaussianRows");
  const { ridge = 1e-6 } = options;
  const [n, d] = table.shape;
  if (table.shape.length !== 2 || n < 2)
    throw expected("two or more rows [n, d]", `[${table.shape.join(", ")}]`);
  assertFinite(table.data, "finite numbers in a table");
  if (!(ridge >= 0 && Number.isFinite(ridge))) throw expected("a ridge of 0 or more", `${ridge}`);
  const { mean, covariance } = momentsWithRidge(table, ridge);
  const patterns = boundedCache<Pattern>(mostPatterns);
  const patternOf = (keep: NdArray | undefined, row: number): Pattern => {
    const name = keep ? keep.data.subarray(row * d, (row + 1) * d).join("") : "";
    return patterns.of(name, () => makePattern(covariance, d, (k) => keep?.data[row * d + k] === 1));
  };
  const centres = (x: NdArray, row: number, { known, hole, weights }: Pattern) =>
    hole.map((k, h) =>
      known.reduce((sum, j, w) => sum + weights[h][w] * (x.data[row * d + j] - mean[j]), mean[k]),
    );
  /** L⁻¹ (x − centre) of the cells in the hole. */
  const whitened = (x: NdArray, row: number, pattern: Pattern) => {
    const { hole, factor } = pattern;
    const out = new Float64Array(hole.length);
    const centre = centres(x, row, pattern);
    hole.forEach((k, h) => {
      let sum = x.data[row * d + k] - centre[h];
      for (let j = 0; j < h; j++) sum -= factor[h * hole.length + j] * out[j];
      out[h] = sum / factor[h * hole.length + h];
    });
    return out;
  };
  const squares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);
  const checked = (x: NdArray, keep?: NdArray) => {
    assertShape(x, [-1, d], "rows for a fitted Gaussian");
    if (keep) assertShape(keep, x.shape, "the mask of known cells");
  };

  const fill = (x: NdArray, keep: NdArray, rng?: Rng) => {
    checked(x, keep);
    const out = zeros(x.shape, x);
    out.data.set(x.data);
    for (let i = 0; i < x.shape[0]; i++) {
      const pattern = patternOf(keep, i);
      const size = pattern.hole.length;
      const noise = Float64Array.from({ length: size }, () => (rng ? rng.normal() : 0));
      const centre = centres(x, i, pattern);
      pattern.hole.forEach((k, h) => {
        let value = centre[h];
        for (let j = 0; j <= h; j++) value += pattern.factor[h * size + j] * noise[j];
        out.data[i * d + k] = value;
      });
    }
    return out;
  };
  return Object.freeze({
    mean,
    covariance,
    fill,
    sample(count: number, rng: Rng) {
      assertRng(rng); // without one, fill gives means
      return fill(zeros([count, d]), zeros([count, d]), rng);
    },
    logDensity(x: NdArray, keep?: NdArray) {
      checked(x, keep);
      return Float64Array.from({ length: x.shape[0] }, (_, i) => {
        const pattern = patternOf(keep, i);
        const size = pattern.hole.length;
        let log = -(size / 2) * Math.log(2 * Math.PI) - squares(whitened(x, i, pattern)) / 2;
        for (let h = 0; h < size; h++) log -= Math.log(pattern.factor[h * size + h]);
        return log;
      });
    },
    mahalanobis(x: NdArray) {
      checked(x);
      return Float64Array.from({ length: x.shape[0] }, (_, i) =>
        squares(whitened(x, i, patternOf(undefined, i))),
      );
    },
  });
}

function momentsWithRidge(table: NdArray, ridge: number) {
  const [n, d] = table.shape;
  const mean = new Float64Array(d);
  const covariance = new Float64Array(d * d);
  table.data.forEach((value, e) => {
    mean[e % d] += value / n;
  });
  // The mean of equal values may differ from them by its rounding, which is no variance.
  for (let k = 0; k < d; k++) if (isConstant(table, k)) mean[k] = table.data[k];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) {
        covariance[j * d + k] += ((table.data[i * d + j] - mean[j]) * (table.data[i * d + k] - mean[k])) / n;
      }
    }
  }
  for (let k = 0; k < d; k++) covariance[k * d + k] += ridge * (covariance[k * d + k] || mean[k] ** 2 || 1);
  return { mean, covariance };
}

function isConstant({ data, shape: [n, d] }: NdArray, column: number): boolean {
  for (let i = 1; i < n; i++) if (data[i * d + column] !== data[column]) return false;
  return true;
}

/** Solved in standard units, as what counts as a rounding error depends on them. */
function makePattern(covariance: Float64Array, d: number, isKnown: (k: number) => boolean): Pattern {
  const all = Array.from({ length: d }, (_, k) => k);
  const [known, hole] = [all.filter(isKnown), all.filter((k) => !isKnown(k))];
  const unit = all.map((k) => Math.sqrt(covariance[k * d + k]) || 1);
  const block = (rows: readonly number[], columns: readonly number[]) =>
    rows.map((j) => columns.map((k) => covariance[j * d + k] / (unit[j] * unit[k])));
  const size = hole.length;
  const factorOf = (matrix: readonly (readonly number[])[]) =>
    cholesky(Float64Array.from(matrix.flat()), size).map(
      (value, e) => value * unit[hole[Math.floor(e / size)]],
    );
  if (known.length === 0 || size === 0) {
    return { known, hole, weights: hole.map(() => new Float64Array(0)), factor: factorOf(block(hole, hole)) };
  }
  const across = new Matrix(block(known, hole));
  // Σ_hk Σ_kk⁻¹
  const weights = new CholeskyDecomposition(new Matrix(block(known, known))).solve(across).transpose();
  const rest = new Matrix(block(hole, hole)).sub(weights.mmul(across));
  return {
    known,
    hole,
    weights: weights
      .to2DArray()
      .map((row, h) => Float64Array.from(row, (value, w) => (value * unit[hole[h]]) / unit[known[w]])),
    factor: factorOf(rest.to2DArray()),
  };
}
