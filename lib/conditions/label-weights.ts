import { assertShape, type NdArray, ndarray, zeros } from "../array";
import { assertKnown, expected } from "../errors";
import type { Condition } from "./condition";
import { labelsGiven } from "./labels";
import { flag, floatInput, wholeOption } from "./options";
import type { LabelWeightsPart, PartKind } from "./part";

interface WeightCheck {
  readonly n: number;
  readonly classes: number;
  /** Whether rows may sum to less than 1. Default false. */
  readonly missing?: boolean;
}

/** Options of {@link labelWeightsPart}. */
export interface LabelWeightsPartOptions {
  /** The number of classes: the length of a row of weights. */
  readonly classes: number;
  /** Whether labels may be missing: a row of zeros, or one that sums to less than 1. Default false. */
  readonly missing?: boolean;
}

/** The part ξ.labelWeights: the probability of each class, one row per sample. */
export function labelWeightsPart(given: LabelWeightsPartOptions): LabelWeightsPart {
  assertKnown(given, { classes: true, missing: true }, "labelWeightsPart", { likely: true });
  const { classes, missing } = given;
  const options = {
    classes: wholeOption("condition.labelWeights.classes", classes),
    ...flag("missing", missing),
  };
  return Object.freeze({
    kind: "labelWeights",
    ...options,
    withMissing: () => labelWeightsPart({ classes, missing: true }),
    entry: () => ({ into: "classes" as const, classes, missing: missing ?? false, soft: true }),
    input: (xi: Condition, n: number) => floatInput(weightsGiven(xi, { n, ...options })),
    example: (n, _sample, rng) =>
      ndarray(
        [n, classes],
        Float32Array.from(
          { length: n * classes },
          () => 1 / classes - (missing ? rng.uniform() / classes : 0),
        ),
      ),
  } satisfies LabelWeightsPart);
}

/** The given probabilities, or the one-hot labels. */
function weightsGiven(xi: Condition, check: WeightCheck): NdArray {
  if (xi.labelWeights && xi.labels) {
    throw expected(
      "a condition ξ with either labels or labelWeights",
      "one with both",
      "Leave one of them out.",
    );
  }
  if (!xi.labelWeights) return oneHot(labelsGiven(xi, check), check.classes);
  assertLabelWeights(xi.labelWeights, check, " for the network");
  return xi.labelWeights;
}

export const labelWeightsKind: PartKind<LabelWeightsPart> = Object.freeze({
  name: "labelWeights",
  make: (options: unknown) => labelWeightsPart(options as LabelWeightsPartOptions),
  missingValue: 0,
});

/** How far a row of probabilities may be from summing to 1. */
const tolerance = 1e-3;

/**
 * @throws unless these are probabilities `[n, classes]` that sum to 1, or to less where labels may be
 * missing.
 */
export function assertLabelWeights(
  weights: NdArray,
  { n, classes, missing = false }: WeightCheck,
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
    if (!(sum <= 1 + tolerance && (missing || sum >= 1 - tolerance))) {
      throw expected(
        `label weights whose rows sum to ${missing ? "at most 1" : "1"}${of}`,
        `${sum} in row ${i}`,
        sum < 1 ? "Rows may sum to less only where labels may be missing: missing: true." : "",
      );
    }
  }
}

/** The labels as one-hot rows `[n, classes]`; a row of zeros for −1. */
export function oneHot(labels: Int32Array, classes: number): NdArray {
  const weights = zeros([labels.length, classes]);
  labels.forEach((label, i) => {
    if (label >= 0) weights.data[i * classes + label] = 1;
  });
  return weights;
}
