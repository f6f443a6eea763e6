import { inverse, Matrix, SingularValueDecomposition, solve } from "ml-matrix";
import { studentQuantile } from "./student";

type Rows = readonly (readonly number[])[];

const matrix = (rows: Rows) => new Matrix(rows.map((row) => [...row]));

/** The coefficients β that minimise Σ (rowᵢ·β − valueᵢ)². */
export function leastSquares(rows: Rows, values: readonly number[]): number[] {
  return solve(matrix(rows), Matrix.columnVector([...values])).to1DArray();
}

/** Columns of which one is a linear combination of the others, to a ten-millionth; none if all vary apart. */
export function dependentColumns(rows: Rows): number[] {
  const columns = rows[0].map((_, k) => rows.map((row) => row[k]));
  const sizes = columns.map(
    (column) => Math.sqrt(column.reduce((sum, value) => sum + value * value, 0)) || 1,
  );
  const scaled = matrix(rows.map((row) => row.map((value, k) => value / sizes[k])));
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(scaled, { autoTranspose: true });
  const least = diagonal.indexOf(Math.min(...diagonal));
  if (diagonal[least] > 1e-7 * Math.max(...diagonal)) return [];
  const shares = rightSingularVectors.getColumn(least).map(Math.abs);
  return sizes.flatMap((_, k) => (shares[k] > 1e-3 * Math.max(...shares) ? [k] : []));
}

/** Errors of fitted coefficients, from the rows of a linear model (or of a Jacobian) and the residuals. */
export interface FitError {
  /** Standard deviation of the residuals, with (points − unknowns) degrees of freedom. */
  readonly scatter: number;
  readonly standardErrors: readonly number[];
  /** Half the width of the Student's t interval for row·β. */
  halfWidth(row: readonly number[], level: number): number;
}

/** The errors of a fit with these rows and residuals. */
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

/** One least-squares step for a nonlinear model, with Levenberg-Marquardt damping. */
export function dampedStep(rows: Rows, residuals: readonly number[], damping: number): number[] {
  const all = matrix(rows);
  const normal = all.transpose().mmul(all);
  for (let k = 0; k < normal.rows; k++) normal.set(k, k, normal.get(k, k) * (1 + damping));
  return solve(normal, all.transpose().mmul(Matrix.columnVector([...residuals]))).to1DArray();
}
