import { expected } from "../errors";

/**
 * The class numbers for `n` samples, checked.
 * @throws when they are missing, of another length, or not in 0, …, classes − 1.
 */
export function checkedLabels(
  labels: Int32Array | undefined,
  { n, classes, coupling }: { readonly n: number; readonly classes: number; readonly coupling: string },
): Int32Array {
  if (labels?.length !== n) {
    const received = labels ? `${labels.length}` : "none";
    throw expected(`${n} labels, one per sample, for the coupling "${coupling}"`, received);
  }
  for (const label of labels) {
    if (!(label >= 0 && label < classes)) throw expected(`labels from 0 to ${classes - 1}`, `${label}`);
  }
  return labels;
}

/** @throws unless `classes` is a whole number above 0. */
export function assertClasses(classes: number | undefined): void {
  if (classes !== undefined && !(Number.isInteger(classes) && classes > 0)) {
    throw expected("a whole number of classes above 0", `${classes}`);
  }
}
