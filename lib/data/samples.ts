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

/** @throws unless everything that is known of the samples has one entry for each of them. */
export function assertSamples({ x, labels, labelWeights, embedding, x0 }: Samples): void {
  const n = x.shape[0];
  if (labels && labels.length !== n) throw expected(`${n} labels, one per sample`, `${labels.length}`);
  for (const [part, value] of Object.entries({ labelWeights, embedding })) {
    if (value && value.shape[0] !== n) {
      throw expected(`${n} rows of ${part}, one per sample`, `${value.shape[0]}`);
    }
  }
  if (x0) assertShape(x0, x.shape, "x0 of the samples, like their x,");
}

/**
 * The samples numbered `rows`, in that order.
 * @throws when there is no such row, labels or others are not as many as the samples, or a label is no class
 * number.
 */
export function rowsOf(samples: Samples, rows: ArrayLike<number>): Samples {
  assertSamples(samples);
  const { labels, labelWeights, embedding, x0 } = samples;
  return Object.freeze({
    x: takeRows(samples.x, rows),
    ...(labels && { labels: Int32Array.from(rows, (row) => labelOf(labels, row)) }),
    ...(labelWeights && { labelWeights: takeRows(labelWeights, rows) }),
    ...(embedding && { embedding: takeRows(embedding, rows) }),
    ...(x0 && { x0: takeRows(x0, rows) }),
  });
}

/** Refuses what an Int32Array would turn into a class: a label that is cut to a whole number, or NaN to 0. */
function labelOf(labels: ArrayLike<number>, row: number): number {
  const label = labels[row];
  if (Number.isInteger(label) && label >= -1) return label;
  throw expected("class numbers as labels, or −1 where not known", `${label} for sample ${row}`);
}

/** The first `n` samples. @throws when there are fewer, or as `rowsOf`. */
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

/** A batch of `n` samples drawn with replacement. @throws as `rowsOf`. */
export function batchOf(samples: Samples, n: number, rng: Rng): Samples {
  const available = samples.x.shape[0];
  return rowsOf(
    samples,
    Int32Array.from({ length: n }, () => rng.int(available)),
  );
}
