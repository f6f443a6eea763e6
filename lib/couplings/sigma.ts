import { Matrix as Dense, LuDecomposition } from "ml-matrix";
import { type NdArray, sampleSize, zeros } from "../array";
import { described, expected } from "../errors";

/** A square matrix by rows. */
export type Matrix = readonly (readonly number[])[];

/**
 * σ of a base x0 = m(x1) + σζ (section 3.2):
 *
 * - a number;
 * - an array of standard deviations that broadcasts to x1's shape, axes aligned from the last as in NumPy:
 *   `[c]` one for each channel, `[d]` for each coordinate, `[h, w, 1]` for each pixel, `[n, 1]` or `[n, 1, 1,
 *   1]` for each sample;
 * - a d × d matrix by rows, where a sample has d elements, for small d; or n of them, one for each sample.
 */
export type Sigma = number | NdArray | Matrix | readonly Matrix[];

/** @throws unless σ is finite, its standard deviations are 0 or more, and its matrices are square. */
export function assertSigma(sigma: Sigma): void {
  if (typeof sigma === "number" || isShaped(sigma)) {
    for (const value of typeof sigma === "number" ? [sigma] : sigma.data) {
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
        throw expected("a sigma of 0 or more", `${value}`);
    }
    return;
  }
  if (!Array.isArray(sigma)) {
    throw expected(
      "a sigma of 0 or more, such as 0.1",
      described(sigma),
      sigma === undefined ? "For a base without noise give 0." : "",
    );
  }
  const all = matricesOf(sigma);
  if (all.length === 0) throw expected("a sigma", "an empty list");
  for (const matrix of all) {
    if (!Array.isArray(matrix) || !matrix.every(Array.isArray)) {
      throw expected(
        "a matrix sigma by rows, or an array of standard deviations",
        described(sigma),
        `Standard deviations need a shape: ndarray([${sigma.length}], [...]).`,
      );
    }
    for (const row of matrix) {
      if (row.length !== matrix.length || !row.every(Number.isFinite)) {
        throw expected(
          "a square matrix sigma of finite numbers, by rows",
          `a row [${row.join(", ")}] of ${matrix.length} rows`,
        );
      }
    }
  }
}

const isShaped = (sigma: Sigma): sigma is NdArray =>
  typeof sigma === "object" && sigma !== null && "shape" in sigma;

/** σζ, of ζ's shape `[n, ...]`. @throws when σ does not fit that shape. */
export function applySigma(sigma: Sigma, zeta: NdArray): NdArray {
  return mapSigma(sigma, zeta, {
    deviation: (s, value) => s * value,
    matrix: (matrix) => (from, to) => {
      for (let i = 0; i < to.length; i++) {
        let sum = 0;
        for (let j = 0; j < from.length; j++) sum += matrix[i][j] * from[j];
        to[i] = sum;
      }
    },
  });
}

/**
 * σ⁻ᵀv, of v's shape `[n, ...]`. The score of a one-sided interpolant (γ = 0) is ∇ log ρ_t(x | ξ) = −E[σ⁻ᵀζ |
 * I_t = x, ξ] / α_t; where σ depends on ξ alone, v = E[ζ | I_t = x, ξ] suffices.
 *
 * @example
 * solveSigma(2, pairs.x0); // half of them
 * solveSigma([[2, 0], [0, 4]], pairs.x0); // half of the first coordinates, a quarter of the second
 * @throws when σ does not fit the shape or has no inverse: then the base lies on a lower-dimensional set and
 * has no score.
 */
export function solveSigma(sigma: Sigma, v: NdArray): NdArray {
  return mapSigma(sigma, v, {
    deviation: (s, value) => {
      if (s > 0) return value / s;
      throw expected("a sigma above 0, where a score is asked for", `${s}`, "Add some noise to the base.");
    },
    matrix: (matrix) => {
      const lu = new LuDecomposition(Dense.checkMatrix(matrix.map((row) => [...row])).transpose());
      if (lu.isSingular()) {
        throw expected(
          "a matrix sigma that has an inverse, where a score is asked for",
          "a singular one",
          "Add some noise to the base in every direction.",
        );
      }
      return (from, to) => to.set(lu.solve(Dense.columnVector(Array.from(from))).to1DArray());
    },
  });
}

type OfSample = (from: NdArray["data"], to: NdArray["data"]) => void;

/**
 * Applies σ to every sample of `values`, `[n, ...]`: `by` says what a standard deviation does, and what a
 * matrix does.
 * @throws when σ does not fit that shape.
 */
export function mapSigma(
  sigma: Sigma,
  values: NdArray,
  by: { deviation(s: number, value: number): number; matrix(matrix: Matrix): OfSample },
): NdArray {
  const out = zeros(values.shape, values);
  if (typeof sigma === "number") {
    for (let e = 0; e < out.data.length; e++) out.data[e] = by.deviation(sigma, values.data[e]);
    return out;
  }
  if ("shape" in sigma) {
    const from = broadcastRows(sigma.shape, values.shape, "a sigma");
    for (let e = 0; e < out.data.length; e++) out.data[e] = by.deviation(sigma.data[from[e]], values.data[e]);
    return out;
  }
  const n = values.shape[0];
  const d = sampleSize(values);
  const matrices = matricesOf(sigma);
  if (!isMatrix(sigma) && matrices.length !== n) {
    throw expected(`${n} matrices sigma, one per sample`, `${matrices.length}`);
  }
  const maps = matrices.map((matrix) => {
    if (matrix.length !== d) {
      throw expected(
        `a sigma of ${d} × ${d} for samples of ${d} elements`,
        `${matrix.length} × ${matrix.length}`,
      );
    }
    return by.matrix(matrix);
  });
  for (let i = 0; i < n; i++) {
    const of = (data: NdArray["data"]) => data.subarray(i * d, (i + 1) * d);
    maps[maps.length === 1 ? 0 : i](of(values.data), of(out.data));
  }
  return out;
}

const isMatrix = (sigma: Matrix | readonly Matrix[]): sigma is Matrix => typeof sigma[0]?.[0] === "number";

const matricesOf = (sigma: Matrix | readonly Matrix[]): readonly Matrix[] =>
  isMatrix(sigma) ? [sigma] : sigma;

/**
 * For each element of an array of shape `to`, the index of the element of shape `from` that broadcasts to it.
 */
export function broadcastRows(from: readonly number[], to: readonly number[], what: string): Int32Array {
  const lead = to.length - from.length;
  const fits = lead >= 0 && from.every((length, axis) => length === 1 || length === to[lead + axis]);
  if (!fits) {
    throw expected(
      `${what} that broadcasts to x1's shape [${to.join(", ")}], axes aligned from the last`,
      `shape [${from.join(", ")}]`,
      "Write [n, 1] or [n, 1, 1, 1] for one per sample, [c] for one per channel.",
    );
  }
  let rows = Int32Array.of(0);
  let stride = 1;
  // Builds the indices of a whole slice one axis at a time, from the last to the first.
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const length = axis >= lead ? from[axis - lead] : 1;
    const step = length === 1 ? 0 : stride;
    const inner = rows;
    rows = new Int32Array(inner.length * to[axis]);
    for (let i = 0; i < to[axis]; i++) {
      for (let e = 0; e < inner.length; e++) rows[i * inner.length + e] = inner[e] + i * step;
    }
    stride *= length;
  }
  return rows;
}
