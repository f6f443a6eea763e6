import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { expected } from "../errors";

export interface LogisticRegressionOptions {
  /** One row of numbers per sample, all of the same length. */
  readonly rows: readonly Float64Array[];
  /** For each sample, whether it belongs to the class whose probability is fitted. */
  readonly labels: readonly boolean[];
  /** λ of the penalty λ|w|²/2 on the weights of standardised columns. Default 1. */
  readonly penalty?: number;
}

/** ln p/(1 − p) of a row's class: above 0 where it is more likely than not. */
export type LogOdds = (row: Float64Array) => number;

const MOST_STEPS = 50;

/**
 * Logistic regression with a ridge penalty (le Cessie and van Houwelingen, 1992): the w and a that minimise
 * Σ ln(1 + exp(∓(a + w·z))) + λ|w|²/2 over rows z whose columns are standardised, by Newton's method. The
 * intercept a has no penalty. Time grows as n d² + d³.
 *
 * @throws when there are not two classes, rows differ in length, or a number isn't finite.
 */
export function logisticRegression({ rows, labels, penalty = 1 }: LogisticRegressionOptions): LogOdds {
  assertRows(rows, labels);
  if (!(penalty > 0 && penalty < Number.POSITIVE_INFINITY)) throw expected("a penalty above 0", `${penalty}`);
  const [n, d] = [rows.length, rows[0].length];
  const { mean, scale } = columns(rows);
  const standard = (row: Float64Array) => {
    const z = new Float64Array(d + 1).fill(1); // the last is the intercept's
    for (let k = 0; k < d; k++) z[k] = (row[k] - mean[k]) * scale[k];
    return z;
  };
  const all = rows.map(standard);
  const signs = labels.map((label) => (label ? 1 : -1));

  const loss = (w: Float64Array) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (penalty * w[k] ** 2) / 2;
    for (let i = 0; i < n; i++) sum += softplus(-signs[i] * dot(w, all[i]));
    return sum;
  };
  let w = new Float64Array(d + 1);
  let value = loss(w);
  for (let step = 0; step < MOST_STEPS; step++) {
    const change = newtonStep(all, signs, w, penalty);
    // Half steps where a whole one overshoots, which far from the optimum it may.
    let [share, next] = [1, w];
    for (; share > 1e-6; share /= 2) {
      next = w.map((weight, k) => weight - share * change[k]);
      if (loss(next) <= value) break;
    }
    const after = loss(next);
    if (!(value - after > 1e-10 * Math.abs(value))) break;
    [w, value] = [next, after];
  }
  return (row) => dot(w, standard(row));
}

/** The Hessian's inverse times the gradient. */
function newtonStep(
  all: readonly Float64Array[],
  signs: readonly number[],
  w: Float64Array,
  penalty: number,
): number[] {
  const size = w.length;
  const gradient = w.map((weight, k) => (k < size - 1 ? penalty * weight : 0));
  const hessian = new Float64Array(size * size);
  all.forEach((z, i) => {
    const wrong = 1 / (1 + Math.exp(signs[i] * dot(w, z)));
    for (let j = 0; j < size; j++) {
      gradient[j] -= signs[i] * wrong * z[j];
      const curved = wrong * (1 - wrong) * z[j];
      for (let k = 0; k <= j; k++) hessian[j * size + k] += curved * z[k];
    }
  });
  for (let j = 0; j < size; j++) {
    hessian[j * size + j] += j < size - 1 ? penalty : 1e-9;
    for (let k = 0; k < j; k++) hessian[k * size + j] = hessian[j * size + k];
  }
  const curvature = new CholeskyDecomposition(Matrix.from1DArray(size, size, hessian));
  return curvature.solve(Matrix.columnVector(gradient)).to1DArray();
}

/** Each column's mean and 1 / standard deviation; 0 for a column that doesn't vary. */
function columns(rows: readonly Float64Array[]) {
  const d = rows[0].length;
  const [mean, scale] = [new Float64Array(d), new Float64Array(d)];
  for (const row of rows) for (let k = 0; k < d; k++) mean[k] += row[k] / rows.length;
  for (const row of rows) for (let k = 0; k < d; k++) scale[k] += (row[k] - mean[k]) ** 2 / rows.length;
  return { mean, scale: scale.map((variance) => (variance > 1e-20 ? 1 / Math.sqrt(variance) : 0)) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function assertRows(rows: readonly Float64Array[], labels: readonly boolean[]): void {
  if (labels.length !== rows.length) throw expected(`${rows.length} labels, one per row`, `${labels.length}`);
  if (!(labels.includes(true) && labels.includes(false))) {
    throw expected("samples of two classes", "samples of one or none");
  }
  rows.forEach((row, i) => {
    if (row.length !== rows[0].length) {
      throw expected(`rows of ${rows[0].length} numbers`, `${row.length} in row ${i}`);
    }
    if (!row.every(Number.isFinite)) throw expected("finite numbers", `another in row ${i}`);
  });
}
