import { Matrix as Dense, solve } from "ml-matrix";
import { type NdArray, sampleSize, sizeOf } from "../array";
import type { Condition } from "../couplings/coupling";
import type { Matrix } from "../couplings/gaussian-mixture";
import { expected } from "../errors";
import type { FieldInput } from "./field";

/** A value for all coordinates, an array of one sample's shape or of x's, or a function of ξ that gives either. */
export type OnCondition<T> = T | ((xi: Condition) => T);

/** σ of x0 = m + σζ: one standard deviation, one for each coordinate, or for points a matrix. */
export type NoiseScale = number | NdArray | Matrix;

/**
 * A Gaussian base x0 = m + σζ, ζ ~ N(0, I), independent of x1 given ξ, whose m and σ the field can know: they are
 * fixed, or follow from ξ. Where a mask ξ.keep is given, this is the base inside the hole.
 */
export interface GaussianBase {
  /** m. Default 0. */
  readonly mean?: OnCondition<number | NdArray>;
  /** σ, invertible. Default 1. */
  readonly sigma?: OnCondition<NoiseScale>;
}

/** A linear map of every sample, and its inverse, which gives values that are not finite where there is none. */
interface LinearMap {
  times(values: ArrayLike<number>): Float64Array;
  solve(values: ArrayLike<number>): Float64Array;
}

/** σ at one x and ξ. */
export interface Noise {
  /** p σ. */
  scaled(p: number): LinearMap;
  /** p σᵀ. */
  transposed(p: number): LinearMap;
  /** p σσᵀ + q I. */
  covariance(p: number, q: number): LinearMap;
}

/** m at every element of x. */
export function meanAt({ mean = 0 }: GaussianBase, { x, xi }: FieldInput): (element: number) => number {
  return elementwise(typeof mean === "function" ? mean(xi) : mean, x, "the mean of the base");
}

export function noiseAt(sigma: OnCondition<NoiseScale> = 1, { x, xi }: Pick<FieldInput, "x" | "xi">): Noise {
  const scale = typeof sigma === "function" ? sigma(xi) : sigma;
  return isMatrix(scale) ? matrixNoise(scale, x) : diagonalNoise(elementwise(scale, x, "sigma"));
}

const isMatrix = (scale: NoiseScale): scale is Matrix => Array.isArray(scale);

function elementwise(value: number | NdArray, x: NdArray, what: string): (element: number) => number {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw expected(`a finite number as ${what}`, `${value}`);
    return () => value;
  }
  const { shape, data } = value;
  const one = x.shape.slice(1);
  if (shape.join() === x.shape.join()) return (element) => data[element];
  if (shape.join() !== one.join()) {
    throw expected(
      `${what} as a number, or of the shape [${one.join(", ")}] of a sample or [${x.shape.join(", ")}] of x`,
      `shape [${shape.join(", ")}]`,
    );
  }
  const size = sizeOf(one);
  return (element) => data[element % size];
}

function diagonalNoise(sigma: (element: number) => number): Noise {
  const map = (factor: (element: number) => number): LinearMap => ({
    times: (values) => Float64Array.from(values, (value, e) => factor(e) * value),
    solve: (values) => Float64Array.from(values, (value, e) => value / factor(e)),
  });
  const scaled = (p: number) => map((e) => p * sigma(e));
  return { scaled, transposed: scaled, covariance: (p, q) => map((e) => p * sigma(e) ** 2 + q) };
}

function matrixNoise(rows: Matrix, x: NdArray): Noise {
  const d = sampleSize(x);
  if (x.shape.length !== 2 || rows.length !== d || rows.some((row) => row.length !== d)) {
    throw expected(
      `a ${d} × ${d} matrix as sigma, for points [n, ${d}],`,
      `${rows.length} rows for x of shape [${x.shape.join(", ")}]`,
    );
  }
  const sigma = new Dense(rows.map((row) => [...row]));
  const covariance = sigma.mmul(sigma.transpose());
  return {
    scaled: (p) => matrixMap(Dense.mul(sigma, p)),
    transposed: (p) => matrixMap(Dense.mul(sigma.transpose(), p)),
    covariance: (p, q) => matrixMap(Dense.mul(covariance, p).add(Dense.eye(d).mul(q))),
  };
}

function matrixMap(matrix: Dense): LinearMap {
  const d = matrix.rows;
  // Samples as columns.
  const columns = (values: ArrayLike<number>) =>
    Dense.from1DArray(values.length / d, d, Array.from(values)).transpose();
  const flat = (result: Dense) => Float64Array.from(result.transpose().to1DArray());
  return {
    times: (values) => flat(matrix.mmul(columns(values))),
    solve(values) {
      try {
        return flat(solve(matrix, columns(values)));
      } catch {
        return new Float64Array(values.length).fill(Number.NaN); // ml-matrix throws where it is singular
      }
    },
  };
}
