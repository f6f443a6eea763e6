import { type NdArray, ndarray } from "../array";
import type { Condition } from "../conditions/condition";
import { assertEmbedding, isMissing } from "../conditions/embedding";
import { assertLabelWeights, oneHot } from "../conditions/label-weights";
import { assertLabels } from "../conditions/labels";
import type { ConditionSpec } from "../conditions/part";
import { assertConditionRows } from "../conditions/rows";
import type { Named, Values } from "../engine";
import { expected } from "../errors";

const of = " for the network";

/** The array as the engine takes it. */
export function floats(array: NdArray): Values {
  return { shape: array.shape, data: Float32Array.from(array.data) };
}

/**
 * The parts of the condition of `n` samples that a network takes, as it takes them (see `NetworkInput`).
 * @throws when a part that it was built for is missing, of another shape, or not known where that wasn't foreseen.
 */
export function conditionInputs(xi: Condition, spec: ConditionSpec, n: number): Named<Values> {
  assertConditionRows(xi, n);
  const inputs: Record<string, Values> = {};
  if (spec.classes) {
    const { classes, unlabelled } = spec;
    if (spec.soft) inputs.labelWeights = floats(labelWeights(xi, { n, classes, unlabelled }));
    else inputs.labels = { shape: [n], data: labels(xi, { n, classes, unlabelled }) };
  }
  if (spec.embedding) {
    const embedding = present(xi.embedding, "embedding");
    assertEmbedding(embedding, { n, width: spec.embedding, unembedded: spec.unembedded }, of);
    inputs.embedding = floats(spec.unembedded ? withIndicator(embedding) : embedding);
  }
  if (spec.keep) inputs.keep = floats(present(xi.keep, "keep"));
  if (spec.imageChannels) {
    const image = present(xi.image, "image");
    const channels = image.shape[image.shape.length - 1];
    if (channels !== spec.imageChannels) {
      throw expected(`an image of ${spec.imageChannels} channels in the condition`, `${channels}`);
    }
    inputs.image = floats(image);
  }
  return inputs;
}

interface Labelling {
  readonly n: number;
  readonly classes: number;
  readonly unlabelled?: boolean;
}

function labels(xi: Condition, labelling: Labelling): Int32Array {
  if (xi.labelWeights && !xi.labels) {
    throw expected(
      "a condition ξ with labels, which the network was built for",
      "one with labelWeights",
      "Build the network with soft: true in its condition, as softLabels does for a coupling.",
    );
  }
  const given = present(xi.labels, "labels");
  const advice =
    "Train with labelDropout(coupling, { p }), or build the network with unlabelled: true in its condition.";
  assertLabels(given, labelling, { of, advice });
  return given;
}

/** The probabilities given, or 1 for each label. */
function labelWeights(xi: Condition, labelling: Labelling): NdArray {
  if (xi.labelWeights && xi.labels) {
    throw expected(
      "a condition ξ with labels or with labelWeights",
      "one with both",
      "Leave one of them out.",
    );
  }
  if (xi.labelWeights) {
    assertLabelWeights(xi.labelWeights, labelling, of);
    return xi.labelWeights;
  }
  return oneHot(labels(xi, labelling), labelling.classes);
}

/** One more number for each row: 1, or 0 in a row that isn't known, whose NaN become 0. */
function withIndicator({ shape: [n, width], data }: NdArray): NdArray {
  const out = new Float32Array(n * (width + 1));
  for (let i = 0; i < n; i++) {
    const row = data.subarray(i * width, (i + 1) * width);
    if (isMissing(row)) continue;
    out.set(row, i * (width + 1));
    out[i * (width + 1) + width] = 1;
  }
  return ndarray([n, width + 1], out);
}

function present<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw expected(`a condition ξ with ${name}, which the network was built for`, "one without");
}
