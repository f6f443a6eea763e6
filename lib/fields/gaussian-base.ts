import { Matrix as Dense, LuDecomposition } from "ml-matrix";
import type { Floats, NdArray } from "../array";
import { ndarray } from "../array";
import type { Condition } from "../conditions/condition";
import { broadcastRows, type Matrix, mapSigma, type Sigma } from "../couplings/sigma";

/** A value, or a function of ξ that gives it. */
export type OnCondition<T> = T | ((xi: Condition) => T);

/**
 * A Gaussian base x0 = m + σζ, ζ ~ N(0, I), independent of x1 given ξ, whose m and σ the field knows: they
 * are fixed, or functions of ξ. Where a mask ξ.keep is given, this is the base inside the hole.
 */
export interface GaussianBase {
  /** m: a number, or an array that broadcasts to x's shape, axes aligned from the last. Default 0. */
  readonly mean?: OnCondition<number | NdArray>;
  /** σ, in the forms that couplings take; it must be invertible. Default 1. */
  readonly sigma?: OnCondition<Sigma>;
}

/** A linear map of every sample, and its inverse, whose values are not finite where the map is singular. */
interface LinearMap {
  times(values: ArrayLike<number>): Floats;
  solve(values: ArrayLike<number>): Floats;
}

/** m and σ under one ξ. */
export interface KnownBase {
  readonly mean: number | NdArray;
  readonly sigma: Sigma;
}

/** σ at the shape of one x. */
export interface Noise {
  /** σ. */
  readonly sigma: LinearMap;
  /** σᵀ. */
  readonly transposed: LinearMap;
  /** p σσᵀ + q I. */
  covariance(p: number, q: number): LinearMap;
}

/** The base under ξ. */
export function baseOn({ mean = 0, sigma = 1 }: GaussianBase, xi: Condition): KnownBase {
  return {
    mean: typeof mean === "function" ? mean(xi) : mean,
    sigma: typeof sigma === "function" ? sigma(xi) : sigma,
  };
}

/** m at every element of x. */
export function meanAt({ mean }: KnownBase, x: NdArray): (element: number) => number {
  if (typeof mean === "number") return () => mean;
  const rows = broadcastRows(mean.shape, x.shape, "a mean of the base");
  return (element) => mean.data[rows[element]];
}

/** σ as a linear map of arrays of x's shape. */
export function noiseAt({ sigma: scale }: KnownBase, x: NdArray): Noise {
  const map = (factor: (s: number) => number, matrixOf: (sigma: Dense) => Dense): LinearMap => {
    const mapped = (
      values: ArrayLike<number>,
      deviation: (s: number, value: number) => number,
      matrix: (sigma: Dense) => (column: Dense) => Dense,
    ) =>
      mapSigma(scale, ndarray(x.shape, Float64Array.from(values)), {
        deviation,
        matrix: (rows) => {
          const apply = matrix(matrixOf(dense(rows)));
          return (from, to) => to.set(apply(Dense.columnVector(Array.from(from))).to1DArray());
        },
      }).data;
    return {
      times: (values) =>
        mapped(
          values,
          (s, value) => factor(s) * value,
          (made) => (column) => made.mmul(column),
        ),
      solve: (values) =>
        mapped(
          values,
          (s, value) => value / factor(s),
          (made) => {
            const lu = new LuDecomposition(made);
            if (lu.isSingular()) return (column) => Dense.mul(column, Number.NaN);
            return (column) => lu.solve(column);
          },
        ),
    };
  };
  return {
    sigma: map(
      (s) => s,
      (made) => made,
    ),
    transposed: map(
      (s) => s,
      (made) => made.transpose(),
    ),
    covariance: (p, q) =>
      map(
        (s) => p * s * s + q,
        (made) => made.mmul(made.transpose()).mul(p).add(Dense.eye(made.rows).mul(q)),
      ),
  };
}

const dense = (rows: Matrix) => new Dense(rows.map((row) => [...row]));
