import { inverse, Matrix, solve } from "ml-matrix";
import { studentQuantile } from "./student";

type Rows = readonly (readonly number[])[];

const matrix = (rows: Rows) => new Matrix(rows.map((row) => [...row]));

/** The coefficients that bring the products of the rows with them nearest to the values. */
export function leastSquares(rows: Rows, values: readonly number[]): number[] {
  return solve(matrix(rows), Matrix.columnVector([...values])).to1DArray();
}

/** How far coefficients may be off, given the rows (of a linear model, or its derivatives) and what is left over. */
export interface FitError {
  /** Standard deviation of what is left, with as many degrees of freedom as points beyond the unknowns. */
  readonly scatter: number;
  readonly standardErrors: readonly number[];
  /** Half the width of the interval, of Student's t, for the product of a row with the coefficients. */
  halfWidth(row: readonly number[], level: number): number;
}

export function fitError(rows: Rows, residuals: readonly number[]): FitError {
  const freedom = rows.length - rows[0].length;
  const variance = residuals.reduce((sum, value) => sum + value * value, 0) / freedom;
  const all = matrix(rows);
  const covariance = inverse(all.transpose().mmul(all)).mul(variance);
  return {
    scatter: Math.sqrt(variance),
    standardErrors: rows[0].map((_, k) => Math.sqrt(covariance.get(k, k))),
    halfWidth(row, level) {
      const one = matrix([row]);
      const spread = Math.sqrt(one.mmul(covariance).mmul(one.transpose()).get(0, 0));
      return studentQuantile(level, freedom) * spread;
    },
  };
}

/** A least-squares step towards coefficients of a curved model, damped as Levenberg and Marquardt do. */
export function dampedStep(rows: Rows, residuals: readonly number[], damping: number): number[] {
  const all = matrix(rows);
  const normal = all.transpose().mmul(all);
  for (let k = 0; k < normal.rows; k++) normal.set(k, k, normal.get(k, k) * (1 + damping));
  return solve(normal, all.transpose().mmul(Matrix.columnVector([...residuals]))).to1DArray();
}
