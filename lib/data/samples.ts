import { assertShape, type NdArray, takeRows } from "../array";
import type { Condition } from "../conditions/condition";
import { assertConditionRows, takeConditionRows } from "../conditions/rows";
import { expected, type UsageError } from "../errors";
import { assertRng, type Rng } from "../random";

/** Samples of the target x1, with known parts of a condition ξ, such as labels: one entry per sample. */
export interface Samples extends Condition {
  /** x1: points `[n, d]` or images `[n, h, w, c]` in [-1, 1]. */
  readonly x: NdArray;
  /** The base draw that belongs to each target, of x's shape, where data come in pairs: see `paired`. */
  readonly x0?: NdArray;
}

/** A data set: disjoint splits and the names of its classes. */
export interface Dataset {
  /** What reports and models made from it call it. */
  readonly name: string;
  /** Samples to learn from. */
  readonly train: Samples;
  /** Samples to judge by, which nothing is fitted to. */
  readonly test: Samples;
  /** Samples to choose settings by, so that the test split is looked at once; where they were asked for. */
  readonly validation?: Samples;
  /** `classes[label]` is the name of a class. */
  readonly classes: readonly string[];
  /** Where the data came from, unless they were generated in code. */
  readonly origin?: Origin;
}

/** What a data set's card says about it, for reports. */
export interface Origin {
  /** Where the data came from, in words. */
  readonly source: string;
  /** Their licence, in words; "not stated" where it isn't known. */
  readonly licence: string;
  /** SHA-256 in hexadecimal of the data's content. */
  readonly checksum: string;
  /** The card's file, relative to the project; own data have none before it is saved. */
  readonly card?: string;
  /** What a reader of results must know about these data. */
  readonly notes?: readonly string[];
}

/**
 * Checks that the parts of samples fit each other.
 * @throws UsageError where a part of ξ has not one row per sample, or x0 not the shape of x.
 */
export function assertSamples({ x, x0, ...known }: Samples): void {
  assertConditionRows(known, x.shape[0]);
  if (x0) assertShape(x0, x.shape, "x0 of the samples, like their x,");
}

/**
 * Checks that samples can be learned from.
 * @throws unless there are samples, each part has one entry for each, and all numbers of x and x0 are finite,
 * but for those of x that `keep` says are missing. What lies on disk is checked when it is read.
 */
export function assertLearnable(data: Samples | undefined): void {
  const what = "data { x }, x of shape [n, ...]";
  const x1: unknown = data?.x;
  if (Array.isArray(data)) throw plainArray(what, "a plain array", data);
  if (Array.isArray(x1)) throw plainArray(what, "an x that is a plain array", x1);
  if (!data?.x?.shape) {
    const given = data === undefined ? "none" : `{ ${Object.keys(data).join(", ")} }`;
    throw expected(what, given, "Pass a split, such as data.train.");
  }
  const { x, x0, keep } = data;
  if (x.shape[0] === 0) throw expected("data of one sample or more", `shape [${x.shape.join(", ")}]`);
  assertSamples(data);
  for (const [name, array] of Object.entries({ x, x0 })) {
    if (!array || array.read) continue;
    const known = name === "x" && keep && keep.data.length === array.data.length ? keep.data : undefined;
    assertAllFinite(name, array, known);
  }
}

/** An error about a list of lists in place of an array with a shape. */
export function plainArray(what: string, received: string, given: readonly unknown[]): UsageError {
  const shape = Array.isArray(given[0]) ? [given.length, given[0].length] : [given.length, 1];
  return expected(what, received, `Give it a shape: ndarray([${shape.join(", ")}], [...].flat()).`);
}

function assertAllFinite(name: string, array: NdArray, known: ArrayLike<number> | undefined): void {
  const { data, shape } = array;
  let first = -1;
  let count = 0;
  for (let e = 0; e < data.length; e++) {
    if (Number.isFinite(data[e]) || known?.[e] === 0) continue;
    if (count++ === 0) first = e;
  }
  if (count === 0) return;
  const sample = Math.floor(first / (data.length / shape[0]));
  throw expected(
    `finite numbers in the data's ${name}`,
    `${count} of ${data.length} that are not, the first ${data[first]} in sample ${sample}`,
    "Leave these samples out; missing values of a table can be learned from by imputation, with keep.",
  );
}

/**
 * The samples numbered `rows`, in that order.
 * @throws when there is no such row, a part doesn't have one entry per sample, or a label is not a class
 * index.
 */
export function rowsOf(samples: Samples, rows: ArrayLike<number>): Samples {
  assertSamples(samples);
  const { x, x0, ...known } = samples;
  return Object.freeze({
    x: takeRows(x, rows),
    ...takeConditionRows(known, rows),
    ...(x0 && { x0: takeRows(x0, rows) }),
  });
}

/**
 * The first `n` samples.
 *
 * @example take(data, 16).x.shape; // [16, 2]
 * @throws when there are fewer, and as `rowsOf` does.
 */
export function take(samples: Samples, n: number): Samples {
  const available = samples.x.shape[0];
  if (!(Number.isInteger(n) && n >= 0 && n <= available)) {
    throw expected(`a whole number of at most ${available} samples to take`, `${n}`);
  }
  return rowsOf(
    samples,
    Int32Array.from({ length: n }, (_, i) => i),
  );
}

/**
 * All samples, in an order drawn from `rng`: for a split whose first samples are not like the others, as
 * MNIST's test digits are.
 *
 * @example take(shuffled(data, rng(0)), 16).x.shape; // [16, 2]
 * @throws as `rowsOf` does.
 */
export function shuffled(samples: Samples, rng: Rng): Samples {
  assertRng(rng);
  return rowsOf(samples, rng.permutation(samples.x.shape[0]));
}

/** A batch of `n` samples drawn with replacement. @throws as `rowsOf` does. */
export function batchOf(samples: Samples, n: number, rng: Rng): Samples {
  assertRng(rng);
  const available = samples.x.shape[0];
  return rowsOf(
    samples,
    Int32Array.from({ length: n }, () => rng.int(available)),
  );
}
