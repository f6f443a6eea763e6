import type { NdArray } from "../../array";
import { expected } from "../../errors";
import { squaredDistance } from "../../statistics/squared-distance";

/** A positive definite kernel k(x, y) on points, for `squaredMmd`. */
export interface Kernel {
  /** What the distance's name says of it. */
  readonly name: string;
  /** What k is a function of: the product x·y, or the squared distance |x − y|². */
  readonly of: "product" | "squared distance";
  /** That function for these two sets, on which its scale may depend. */
  for(a: NdArray, b: NdArray): (value: number) => number;
}

/**
 * k of row i of `a` and row j of `b`, both `[n, d]`.
 * @param value `kernel.for` the sets that are compared, of which a and b may be one and the same
 */
export function kernelBetween(
  a: NdArray,
  b: NdArray,
  { of, value }: { readonly of: Kernel["of"]; readonly value: (value: number) => number },
): (i: number, j: number) => number {
  if (of === "product") {
    const d = a.shape[1];
    const [left, right] = [a, b].map(({ data }) => Float64Array.from(data));
    return (i, j) => {
      let sum = 0;
      for (let k = 0, p = i * d, q = j * d; k < d; k++) sum += left[p + k] * right[q + k];
      return value(sum);
    };
  }
  return (i, j) => value(squaredDistance(a, i, b, j));
}

/**
 * k(x, y) = (x·y / d + 1)^degree for points of dimension d; with the default degree 3, that of KID.
 *
 * @example squaredMmd(data.x, pairs.x0, { kernel: polynomialKernel({ degree: 2 }) }).value;
 */
export function polynomialKernel({ degree = 3 }: { readonly degree?: number } = {}): Kernel {
  if (!(Number.isInteger(degree) && degree >= 1)) throw expected("a whole degree of 1 or more", `${degree}`);
  return Object.freeze({
    name: `polynomial of degree ${degree}`,
    of: "product",
    for:
      ({ shape: [, d] }: NdArray) =>
      (product: number) =>
        power(product / d + 1, degree),
  });
}

/**
 * k(x, y) = exp(−|x − y|² / (2 h²)).
 * @param options.bandwidth h in the units of the points. By default the median distance between points of the
 * two sets together (Gretton et al., 2012), over at most the first 1000 of each; values at different
 * bandwidths can't be compared.
 */
export function gaussianKernel({
  bandwidth = "median",
}: {
  readonly bandwidth?: number | "median";
} = {}): Kernel {
  if (bandwidth !== "median" && !(bandwidth > 0 && bandwidth < Number.POSITIVE_INFINITY)) {
    throw expected('a bandwidth above 0 or "median"', `${bandwidth}`);
  }
  return Object.freeze({
    name: `Gaussian of bandwidth ${bandwidth}`,
    of: "squared distance",
    for(a: NdArray, b: NdArray) {
      const scale = -1 / (2 * (bandwidth === "median" ? medianSquaredDistance(a, b) : bandwidth ** 2));
      return (squared: number) => Math.exp(scale * squared);
    },
  });
}

const MOST = 1000;

function medianSquaredDistance(a: NdArray, b: NdArray): number {
  const points = [a, b].flatMap((set) =>
    Array.from({ length: Math.min(set.shape[0], MOST) }, (_, row) => ({ set, row })),
  );
  const squares = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  for (let i = 1; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      squares[count++] = squaredDistance(points[i].set, points[i].row, points[j].set, points[j].row);
    }
  }
  const median = squares.sort()[count >> 1];
  if (median > 0) return median;
  throw expected(
    "points that differ for the median heuristic",
    "sets in which half the pairs are equal",
    "Pass a bandwidth.",
  );
}

/** By multiplication, several times faster than Math.pow for small whole exponents. */
function power(base: number, exponent: number): number {
  let result = base;
  for (let i = 1; i < exponent; i++) result *= base;
  return result;
}
