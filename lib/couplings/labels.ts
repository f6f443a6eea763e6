import { assertShape, type NdArray, zeros } from "../array";
import { expected } from "../errors";

interface LabelCheck {
  readonly n: number;
  readonly classes: number;
  /** Whether −1, a label that isn't known, is allowed. Default: it isn't. */
  readonly unlabelled?: boolean;
}

/**
 * The class numbers for `n` samples, checked.
 * @throws when they are missing, of another length, or not in 0, …, classes − 1.
 */
export function checkedLabels(
  labels: Int32Array | undefined,
  { coupling, ...check }: LabelCheck & { readonly coupling: string },
): Int32Array {
  if (!labels) throw expected(`${check.n} labels, one per sample, for the coupling "${coupling}"`, "none");
  assertLabels(labels, check, {
    of: ` for the coupling "${coupling}"`,
    advice:
      "Where the base needs no labels, make it without classes and wrap it: " +
      "withLabels(coupling, { classes, unlabelled: true }).",
  });
  return labels;
}

/**
 * @param names `of` says what the labels are for; `advice` what to do where labels are missing but may not be
 * @throws unless there are `n` labels in 0, …, classes − 1, or −1 where that is allowed.
 */
export function assertLabels(
  labels: Int32Array,
  { n, classes, unlabelled = false }: LabelCheck,
  { of, advice }: { readonly of: string; readonly advice: string },
): void {
  if (labels.length !== n) throw expected(`${n} labels, one per sample,${of}`, `${labels.length}`);
  for (const label of labels) {
    if (label === -1 && !unlabelled) {
      throw expected(
        `labels from 0 to ${classes - 1}${of}`,
        "−1, which says that a label isn't known",
        advice,
      );
    }
    if (!(Number.isInteger(label) && label >= -1 && label < classes)) {
      throw expected(
        `labels from 0 to ${classes - 1}${unlabelled ? ", or −1 where not known," : ""}${of}`,
        `${label}`,
      );
    }
  }
}

/** How far a row of probabilities may be from summing to 1. */
const tolerance = 1e-3;

/** @throws unless these are probabilities `[n, classes]` that sum to 1, or less where labels may be missing. */
export function assertLabelWeights(
  weights: NdArray,
  { n, classes, unlabelled = false }: LabelCheck,
  of: string,
): void {
  assertShape(weights, [n, classes], `label weights${of}`);
  for (let i = 0; i < n; i++) {
    const row = weights.data.subarray(i * classes, (i + 1) * classes);
    let sum = 0;
    for (const weight of row) {
      if (!(weight >= 0)) throw expected(`label weights of 0 or more${of}`, `${weight} in row ${i}`);
      sum += weight;
    }
    if (!(sum <= 1 + tolerance && (unlabelled || sum >= 1 - tolerance))) {
      throw expected(
        `label weights whose rows sum to ${unlabelled ? "at most 1" : "1"}${of}`,
        `${sum} in row ${i}`,
        sum < 1 ? "A row may lack something only where labels may be missing: unlabelled: true." : "",
      );
    }
  }
}

/** Soft labels `[n, classes]` that say the same as the labels: a row of zeros for −1. */
export function oneHot(labels: Int32Array, classes: number): NdArray {
  const weights = zeros([labels.length, classes]);
  labels.forEach((label, i) => {
    if (label >= 0) weights.data[i * classes + label] = 1;
  });
  return weights;
}

/** @throws unless `classes` is a whole number above 0. */
export function assertClasses(classes: number | undefined): void {
  if (classes !== undefined && !(Number.isInteger(classes) && classes > 0)) {
    throw expected("a whole number of classes above 0", `${classes}`);
  }
}
