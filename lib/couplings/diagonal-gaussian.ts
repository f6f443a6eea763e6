import {
  assertShape,
  type Floats,
  type NdArray,
  ndarray,
  sampleSize,
  sliceRows,
  takeRows,
  zeros,
} from "../array";
import type { Condition } from "../conditions/condition";
import type { ConditionSpec } from "../conditions/part";
import type { Samples } from "../data/samples";
import { assertFinite, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import type { DirectCoupling, Request, Start } from "./coupling";

/** The options of bases that are fitted to data. */
export interface FittedBaseOptions {
  /** Training samples from which the base is estimated. */
  readonly samples: Samples;
  /** Factor on the standard deviations. Below 1 draws lie nearer to the mean, and are less diverse. */
  readonly spread?: number;
  /**
   * Lower bound on each standard deviation, before `spread`: without it, coordinates that never vary, such as
   * the border pixels of a digit, would put the base on a lower-dimensional set.
   */
  readonly floor?: number;
}

/** Gaussians with diagonal covariances, one for each group of samples. */
export interface DiagonalGaussians {
  /** `[groups, ...]`. */
  readonly means: NdArray;
  /** `[groups, ...]`, with spread and floor. */
  readonly deviations: NdArray;
}

/**
 * The mean and the standard deviation of each coordinate in each group of samples.
 * @param groups the group of each sample, 0, …, count − 1
 * @throws when a group has fewer than two samples, one isn't finite, or spread or floor is out of range.
 */
export function fitGaussians(
  { samples: { x }, spread = 1, floor = 0.1 }: FittedBaseOptions,
  { groups, count, what }: { readonly groups: Int32Array; readonly count: number; readonly what: string },
): DiagonalGaussians {
  if (!(spread > 0)) throw expected("a spread above 0", `${spread}`);
  if (!(floor >= 0)) throw expected("a floor of 0 or more", `${floor}`);
  if (!x.read) assertFinite(x.data, `finite samples ${what}`);
  const size = sampleSize(x);
  const counts = new Int32Array(count);
  for (const group of groups) counts[group]++;
  const poorest = counts.indexOf(Math.min(...counts));
  if (counts[poorest] < 2) {
    throw expected(
      `two or more samples ${what}`,
      `${counts[poorest]}${count > 1 ? ` of class ${poorest}` : ""}`,
    );
  }
  const means = new Float64Array(count * size);
  const squares = new Float64Array(count * size);
  eachRow(x, (row, i) => {
    const to = groups[i] * size;
    for (let j = 0; j < size; j++) means[to + j] += row[j] / counts[groups[i]];
  });
  eachRow(x, (row, i) => {
    const to = groups[i] * size;
    for (let j = 0; j < size; j++) {
      squares[to + j] += (row[j] - means[to + j]) ** 2 / (counts[groups[i]] - 1);
    }
  });
  const shape = [count, ...x.shape.slice(1)];
  const deviations = ndarray(
    shape,
    Float32Array.from(squares, (value) => Math.sqrt(value)),
  );
  for (let e = 0; e < deviations.data.length; e++) {
    deviations.data[e] = spread * Math.max(deviations.data[e], floor);
  }
  return { means: ndarray(shape, Float32Array.from(means)), deviations };
}

/** Goes through the samples of an array, which need not be in memory as one. */
function eachRow(x: NdArray, visit: (row: Floats, i: number) => void): void {
  const [n, size, part] = [x.shape[0], sampleSize(x), 1024];
  for (let from = 0; from < n; from += part) {
    const { data } = sliceRows(x, from, from + part);
    for (let i = from; i < Math.min(n, from + part); i++) {
      visit(data.subarray((i - from) * size, (i - from + 1) * size), i);
    }
  }
}

function assertBases(name: string, { means, deviations }: DiagonalGaussians): void {
  assertShape(deviations, means.shape, `deviations, like the means, of the coupling "${name}"`);
  assertFinite(means.data, `finite means of the coupling "${name}"`);
  const what = `finite deviations of 0 or more of the coupling "${name}"`;
  assertFinite(deviations.data, what);
  const below = deviations.data.findIndex((value) => value < 0);
  if (below >= 0) throw expected(what, `${deviations.data[below]} at place ${below}`);
}

/**
 * A coupling with the bases N(μ_g, diag σ_g²): the labels asked for say which group each sample has.
 * @throws unless deviations have the means' shape and are 0 or more, and both are finite.
 */
export function gaussianBases(
  { means, deviations }: DiagonalGaussians,
  {
    name,
    condition,
    asked,
  }: {
    readonly name: string;
    readonly condition: ConditionSpec;
    /** The group of each of the n samples, and what the velocity sees. */
    readonly asked: (labels: Int32Array | undefined, n: number) => { groups: Int32Array; xi: Condition };
  },
) {
  assertBases(name, { means, deviations });
  const tail = means.shape.slice(1);
  const start = ({ shape, labels }: Request, rng: Rng): Start => {
    assertRng(rng);
    if (shape.slice(1).join() !== tail.join()) {
      throw expected(
        `samples of shape [${tail.join(", ")}], like the training samples`,
        `[${shape.slice(1).join(", ")}]`,
      );
    }
    const { groups, xi } = asked(labels, shape[0]);
    const zeta = rng.normals(shape);
    const mean = takeRows(means, groups);
    const sigma = takeRows(deviations, groups);
    const x0 = zeros(shape);
    for (let e = 0; e < x0.data.length; e++) x0.data[e] = mean.data[e] + sigma.data[e] * zeta.data[e];
    return Object.freeze({ x0, xi, zeta, sigma });
  };
  return Object.freeze({
    name,
    condition: Object.freeze(condition),
    draw: ({ x, labels }: Samples, rng: Rng) =>
      Object.freeze({ ...start({ shape: x.shape, ...(labels && { labels }) }, rng), x1: x }),
    start,
  } satisfies DirectCoupling);
}
