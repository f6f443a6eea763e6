import type { NdArray } from "../array";
import type { Condition } from "../conditions/condition";
import { assertLabelWeights, labelWeightsKind, labelWeightsPart, oneHot } from "../conditions/label-weights";
import { assertClasses, checkedLabels } from "../conditions/labels";
import { classesOf } from "../conditions/part";
import { hideParts } from "../conditions/parts";
import { assertKnown, expected } from "../errors";
import type { Coupling } from "./coupling";
import { recondition } from "./recondition";

/** Options of {@link softLabels}. */
export interface SoftLabelsOptions {
  /** The number of classes: the length of a row of weights. */
  readonly classes: number;
  /**
   * Label smoothing ε, from 0 to 1: a label counts 1 − ε, and ε is spread evenly over all classes (Szegedy et
   * al., 2016). Only for targets with labels and without `labelWeights`. Default 0.
   */
  readonly smoothing?: number;
  /** Whether some labels may be −1, or rows of weights sum to less than 1. Default: as the coupling says. */
  readonly missing?: boolean;
}

/**
 * Conditions the velocity on class probabilities, `[n, classes]`: the targets' `labelWeights` where they have
 * any (weak labels), their labels otherwise. The draws (x0, x1) stay the same, and what the coupling hides,
 * as `labelDropout` does, stays hidden. `start` takes either, and doesn't smooth.
 *
 * @example
 * const coupling = softLabels(independent(), { classes: 2, smoothing: 0.1 });
 * coupling.draw(data, rng(0)).xi.labelWeights; // [0.95, 0.05] for label 0
 * @throws if the coupling has labels with another number of classes; drawing throws if the targets have
 * neither, or a row is not a distribution.
 */
export function softLabels<C extends Coupling>(coupling: C, options: SoftLabelsOptions): C {
  assertKnown(options, { classes: true, smoothing: true, missing: true }, "softLabels");
  const { labels: shownLabels, labelWeights: shownWeights } = coupling.condition;
  const { classes, smoothing = 0, missing = (shownLabels ?? shownWeights)?.missing ?? false } = options;
  assertClasses(classes);
  if (!(smoothing >= 0 && smoothing <= 1)) throw expected("smoothing from 0 to 1", `${smoothing}`);
  const shown = classesOf(coupling.condition);
  if ((shown ?? classes) !== classes) {
    throw expected(`${shown} classes, as the coupling "${coupling.name}" has`, `${classes}`);
  }
  const name = `${coupling.name}, soft labels`;
  const weightsOf = (given: Pick<Condition, "labels" | "labelWeights">, n: number, epsilon: number) => {
    if (given.labelWeights) {
      assertLabelWeights(given.labelWeights, { n, classes, missing }, ` for the coupling "${name}"`);
      return given.labelWeights;
    }
    const labels = checkedLabels(given.labels, { n, classes, missing, coupling: name });
    return smoothed(labels, classes, epsilon);
  };
  const replace = ({ labels: _, ...xi }: Condition, labelWeights: NdArray): Condition => ({
    ...xi,
    labelWeights,
  });
  const { labels: _, ...rest } = coupling.condition;
  return recondition(coupling, {
    name: smoothing > 0 ? `${name}, smoothing ${smoothing}` : name,
    condition: { ...rest, labelWeights: labelWeightsPart({ classes, missing }) },
    draw(xi, targets) {
      const labelWeights = weightsOf(targets, targets.x.shape[0], smoothing);
      const rows = hiddenRows(xi, targets);
      return hideParts(replace(xi, labelWeights), { rows, kinds: [labelWeightsKind] });
    },
    start: (xi, request) => replace(xi, weightsOf(request, request.shape[0], 0)),
  });
}

/** The rows whose class the coupling has hidden, as `labelDropout` does, though the targets say it. */
function hiddenRows({ labels, labelWeights }: Condition, targets: Condition): (row: number) => boolean {
  if (labels) return (row) => labels[row] < 0 && !((targets.labels?.[row] ?? 0) < 0);
  if (!labelWeights) return () => false;
  const [, classes] = labelWeights.shape;
  return (row) =>
    labelWeights.data.subarray(row * classes, (row + 1) * classes).every((weight) => weight === 0);
}

function smoothed(labels: Int32Array, classes: number, epsilon: number): NdArray {
  const weights = oneHot(labels, classes);
  if (epsilon === 0) return weights;
  for (let e = 0; e < weights.data.length; e++) {
    if (labels[Math.floor(e / classes)] < 0) continue;
    weights.data[e] = (1 - epsilon) * weights.data[e] + epsilon / classes;
  }
  return weights;
}
