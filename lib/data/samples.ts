import { assertShape, type NdArray, takeRows } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";

/** Draws of the target x1, with what is known of each. */
export interface Samples {
  /** x1: points `[n, d]` or images `[n, h, w, c]` in [-1, 1]. */
  readonly x: NdArray;
  /** One class number per sample, length n; −1 where the class isn't known. */
  readonly labels?: Int32Array;
  /** Soft labels `[n, classes]`: the probability of each class, such as the votes of several annotators. */
  readonly labelWeights?: NdArray;
  /** What was measured or set for each sample, `[n, k]`; a row of NaN isn't known. */
  readonly embedding?: NdArray;
  /** The base draw that belongs to each target, of x's shape, where data come in pairs: see `paired`. */
  readonly x0?: NdArray;
}

/** A data set: two disjoint splits and the names that its labels stand for. */
export interface Dataset {
  readonly name: string;
  readonly train: Samples;
  readonly test: Samples;
  /** `classes[label]` is the name of a class. */
  readonly classes: readonly string[];
  /** Where the data came from, when it was not made in code. */
  readonly origin?: Origin;
}

/** What a data set's card says of it, for reports. */
export interface Origin {
  readonly source: string;
  readonly licence: string;
  /** SHA-256 in hexadecimal of the data's content. */
  readonly checksum: string;
  /** The card's file, relative to the project. */
  readonly card: string;
}

/** The samples numbered `rows`, in that order. */
export function rowsOf(samples: Samples, rows: ArrayLike<number>): Samples {
  const { labels, labelWeights, embedding, x0 } = samples;
  if (x0) assertShape(x0, samples.x.shape, "x0 of the samples, like their x,");
  return Object.freeze({
    x: takeRows(samples.x, rows),
    ...(labels && { labels: Int32Array.from(rows, (row) => labels[row]) }),
    ...(labelWeights && { labelWeights: takeRows(labelWeights, rows) }),
    ...(embedding && { embedding: takeRows(embedding, rows) }),
    ...(x0 && { x0: takeRows(x0, rows) }),
  });
}

/** The first `n` samples. @throws when there are fewer. */
export function take(samples: Samples, n: number): Samples {
  const available = samples.x.shape[0];
  if (!(n <= available)) throw expected(`at most ${available} samples to take`, `${n}`);
  return rowsOf(
    samples,
    Int32Array.from({ length: n }, (_, i) => i),
  );
}

/** A batch of `n` samples drawn with replacement. */
export function batchOf(samples: Samples, n: number, rng: Rng): Samples {
  const available = samples.x.shape[0];
  return rowsOf(
    samples,
    Int32Array.from({ length: n }, () => rng.int(available)),
  );
}
