import type { NdArray } from "../../array";
import { expected } from "../../errors";
import { meanOf } from "../../statistics/mean";
import { squaredDistance } from "../../statistics/squared-distance";
import { assertFeatures } from "../features/assert-features";

/** What {@link diversity} says. */
export interface Diversity {
  /** Mean over the classes that have one. */
  readonly diversity: number;
  /** By class; null for a class with fewer than two samples. */
  readonly perClass: readonly (number | null)[];
}

/**
 * How much the samples of one class differ: the mean Euclidean distance between the features `[n, d]` of two
 * samples of the same class. Near zero for a model that always draws the same sample; compare it with the
 * value for real data.
 * @throws when the lengths differ, a label is not a class index, or no class has two samples.
 */
export function diversity(features: NdArray, labels: Int32Array): Diversity {
  assertFeatures(features, 2, "features");
  const [n] = features.shape;
  if (labels.length !== n) throw expected(`${n} labels, one per row of features`, `${labels.length}`);
  const perClass = rowsByClass(labels).map((rows) => (rows.length < 2 ? null : meanDistance(features, rows)));
  const known = perClass.filter((value) => value !== null);
  if (known.length === 0) throw expected("a class with at least two samples", "none");
  return Object.freeze({
    diversity: meanOf(known),
    perClass: Object.freeze(perClass),
  });
}

/**
 * The rows of each class, for as many classes as the largest label implies, and at least `classes`.
 * @throws when a label is not a whole number of at least 0.
 */
export function rowsByClass(labels: Int32Array, classes = 0): number[][] {
  labels.forEach((label, row) => {
    if (!(Number.isInteger(label) && label >= 0)) {
      throw expected("whole labels of at least 0", `${label} in row ${row}`);
    }
  });
  const count = labels.reduce((most, label) => Math.max(most, label + 1), classes);
  const rows = Array.from({ length: count }, (): number[] => []);
  labels.forEach((label, row) => {
    rows[label].push(row);
  });
  return rows;
}

function meanDistance(features: NdArray, rows: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < rows.length; i++) {
    for (let j = 0; j < i; j++) sum += Math.sqrt(squaredDistance(features, rows[i], features, rows[j]));
  }
  return sum / ((rows.length * (rows.length - 1)) / 2);
}
