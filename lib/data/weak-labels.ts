import { expected } from "../errors";
import { assertRng, type Rng } from "../random";
import type { Samples } from "./samples";

/** Options of {@link weakLabels}. */
export interface WeakLabelsOptions {
  /** The share of the labels that is kept; the others become −1, unknown. Default 1. */
  readonly known?: number;
  /** The share of the kept labels that is replaced by another class, each equally likely. Default 0. */
  readonly wrong?: number;
  /** The number of classes that a wrong label is drawn from. */
  readonly classes: number;
  /** Decides which labels are lost or replaced. */
  readonly rng: Rng;
}

/** Samples whose labels are known. */
export interface Labelled extends Samples {
  /** Class indices from 0, one per sample. */
  readonly labels: Int32Array;
}

/**
 * The same samples with fewer labels, or worse ones. How many are kept, of each class and in all, and how
 * many of these are wrong, is as asked for, up to rounding; which ones is drawn.
 *
 * @example
 * weakLabels(data, { known: 0.1, classes: 2, rng: rng(0) }).labels; // nine tenths of them −1
 * weakLabels(data, { wrong: 0.4, classes: 2, rng: rng(0) }).labels; // two fifths of them wrong
 * @throws when the samples have no labels or unknown ones, a share is not from 0 to 1, or there is only one
 * class to be wrong with.
 */
export function weakLabels(samples: Samples, options: WeakLabelsOptions): Labelled {
  const { known = 1, wrong = 0, classes, rng } = options;
  assertRng(rng);
  const { labels: given } = samples;
  for (const [name, share] of Object.entries({ known, wrong })) {
    if (!(share >= 0 && share <= 1)) throw expected(`a share of ${name} labels from 0 to 1`, `${share}`);
  }
  if (!given?.every((label) => label >= 0 && label < classes)) {
    throw expected(`samples with labels from 0 to ${classes - 1}`, given ? "others" : "none");
  }
  if (wrong > 0 && classes < 2) throw expected("two classes or more for wrong labels", `${classes}`);
  const kept = ofEachClass(given, rng.permutation(given.length), { known, classes });
  const spoilt = Math.round(wrong * kept.length);
  const labels = new Int32Array(given.length).fill(-1);
  rng.permutation(kept.length).forEach((at, k) => {
    const row = kept[at];
    labels[row] = k < spoilt ? (given[row] + 1 + rng.int(classes - 1)) % classes : given[row];
  });
  return Object.freeze({ ...samples, labels });
}

/** The first rows of each class in the given order; their number is rounded so that the sum is, too. */
function ofEachClass(
  labels: Int32Array,
  order: Int32Array,
  { known, classes }: { readonly known: number; readonly classes: number },
): number[] {
  let [before, seen] = [0, 0];
  return Array.from({ length: classes }, (_, label) => {
    const rows = Array.from(order).filter((row) => labels[row] === label);
    seen += rows.length;
    const until = Math.round(known * seen);
    const own = rows.slice(0, until - before);
    before = until;
    return own;
  }).flat();
}
