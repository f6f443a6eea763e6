import { assertKnown, expected } from "../errors";
import type { Condition } from "./condition";
import { flag, present, wholeOption } from "./options";
import type { LabelsPart, PartKind } from "./part";

interface LabelCheck {
  readonly n: number;
  readonly classes: number;
  /** Whether −1, an unknown label, is allowed. Default false. */
  readonly missing?: boolean;
}

/** Options of {@link labelsPart}. */
export interface LabelsPartOptions {
  /** The number of classes; labels run from 0 to one less. */
  readonly classes: number;
  /** Whether labels may be missing (−1). The network then also learns to do without them. Default false. */
  readonly missing?: boolean;
}

/**
 * The part ξ.labels: one class index per sample.
 *
 * @example
 * mlp({ dim: 2, condition: { labels: labelsPart({ classes: 10 }) } }); // or condition: coupling.condition
 */
export function labelsPart(given: LabelsPartOptions): LabelsPart {
  assertKnown(given, { classes: true, missing: true }, "labelsPart", { likely: true });
  const { classes, missing } = given;
  const options = { classes: wholeOption("condition.labels.classes", classes), ...flag("missing", missing) };
  return Object.freeze({
    kind: "labels",
    ...options,
    withMissing: () => labelsPart({ classes, missing: true }),
    entry: () => ({ into: "classes" as const, classes, missing: missing ?? false, soft: false }),
    input: (xi: Condition, n: number) => ({
      shape: [n],
      data: Int32Array.from(labelsGiven(xi, { n, ...options })), // whatever whole numbers they are stored as
    }),
    example: (n, _sample, rng) =>
      Int32Array.from({ length: n }, () => (missing ? rng.int(classes + 1) - 1 : rng.int(classes))),
  } satisfies LabelsPart);
}

/** The labels in ξ for a network that takes class indices. @throws when there are none, or they don't fit. */
export function labelsGiven(xi: Condition, check: LabelCheck): Int32Array {
  if (xi.labelWeights && !xi.labels) {
    throw expected(
      "a condition ξ with labels, which the network was built for",
      "one with labelWeights",
      "Build the network for label weights, as softLabels makes them: labelWeightsPart({ classes }).",
    );
  }
  const given = present(xi.labels, "labels");
  assertLabels(given, check, {
    of: " for the network",
    advice: "Train with labelDropout(coupling, { p }), or build the network for labels that may be missing.",
  });
  return given;
}

export const labelsKind: PartKind<LabelsPart> = Object.freeze({
  name: "labels",
  make: (options: unknown) => labelsPart(options as LabelsPartOptions),
  missingValue: -1,
});

/**
 * The class indices of `n` samples, checked.
 * @throws when they are missing, of the wrong length, or not in 0, …, classes − 1.
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
      "withLabels(coupling, { classes, missing: true }).",
  });
  return labels instanceof Int32Array ? labels : Int32Array.from(labels);
}

/** ξ.labels of a coupling with labels, checked; empty where `classes` is undefined. */
export function conditionLabels(
  labels: Int32Array | undefined,
  {
    classes,
    ...check
  }: { readonly n: number; readonly classes: number | undefined; readonly coupling: string },
): Pick<Condition, "labels"> {
  return classes === undefined ? {} : { labels: checkedLabels(labels, { classes, ...check }) };
}

/**
 * The spec that goes with `conditionLabels`.
 * @throws unless `classes`, where given, is a whole number above 0.
 */
export function labelsSpec(classes: number | undefined): { readonly labels?: LabelsPart } {
  assertClasses(classes);
  return classes === undefined ? {} : { labels: labelsPart({ classes }) };
}

/**
 * @param names `of` says what the labels are for; `advice` says what to do about missing labels where none
 * may be
 * @throws unless there are `n` labels in 0, …, classes − 1, or −1 where that is allowed.
 */
function assertLabels(
  labels: Int32Array,
  { n, classes, missing = false }: LabelCheck,
  { of, advice }: { readonly of: string; readonly advice: string },
): void {
  if (labels.length !== n) throw expected(`${n} labels, one per sample,${of}`, `${labels.length}`);
  for (const label of labels) {
    if (label === -1 && !missing) {
      throw expected(`labels from 0 to ${classes - 1}${of}`, "−1, an unknown label", advice);
    }
    if (!(Number.isInteger(label) && label >= -1 && label < classes)) {
      throw expected(
        `labels from 0 to ${classes - 1}${missing ? ", or −1 where unknown," : ""}${of}`,
        `${label}`,
      );
    }
  }
}

/** @throws unless `classes`, where given, is a whole number above 0. */
export function assertClasses(classes: number | undefined): void {
  if (classes !== undefined && !(Number.isInteger(classes) && classes > 0)) {
    throw expected("a whole number of classes above 0", `${classes}`);
  }
}
