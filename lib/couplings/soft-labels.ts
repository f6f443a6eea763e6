import type { NdArray } from "../array";
import { expected } from "../errors";
import type { Condition, Coupling } from "./coupling";
import { assertClasses, assertLabelWeights, checkedLabels, oneHot } from "./labels";
import { recondition } from "./recondition";

export interface SoftLabelsOptions {
  readonly classes: number;
  /**
   * Label smoothing ε, from 0 to 1: a label is drawn as 1 − ε, plus ε shared by all classes alike (Szegedy et al.,
   * 2016). Only for targets that have labels and no `labelWeights`. Default 0.
   */
  readonly smoothing?: number;
  /** Whether some labels may be −1, or rows of weights sum to less than 1. Default false. */
  readonly unlabelled?: boolean;
}

/**
 * Shows the velocity probabilities of the classes, `[n, classes]`: the targets' `labelWeights` where they have any
 * (weak labels), their labels otherwise. The draws (x0, x1) stay the same. `start` takes either, and doesn't smooth.
 *
 * @throws if the coupling shows labels of another number of classes; drawing throws if neither is there, or a row is
 * no distribution.
 */
export function softLabels<C extends Coupling>(coupling: C, options: SoftLabelsOptions): C {
  const { classes, smoothing = 0, unlabelled = coupling.condition.unlabelled ?? false } = options;
  assertClasses(classes);
  if (!(smoothing >= 0 && smoothing <= 1)) throw expected("smoothing from 0 to 1", `${smoothing}`);
  if ((coupling.condition.classes ?? classes) !== classes) {
    throw expected(
      `${coupling.condition.classes} classes, as the coupling "${coupling.name}" has`,
      `${classes}`,
    );
  }
  const name = `${coupling.name}, soft labels`;
  const weightsOf = (given: Pick<Condition, "labels" | "labelWeights">, n: number, epsilon: number) => {
    if (given.labelWeights) {
      assertLabelWeights(given.labelWeights, { n, classes, unlabelled }, ` for the coupling "${name}"`);
      return given.labelWeights;
    }
    const labels = checkedLabels(given.labels, { n, classes, unlabelled, coupling: name });
    return smoothed(labels, classes, epsilon);
  };
  const replace = ({ labels: _, ...xi }: Condition, labelWeights: NdArray): Condition => ({
    ...xi,
    labelWeights,
  });
  return recondition(coupling, {
    name: smoothing > 0 ? `${name}, smoothing ${smoothing}` : name,
    condition: { ...coupling.condition, classes, soft: true, ...(unlabelled && { unlabelled }) },
    draw: (xi, targets) => replace(xi, weightsOf(targets, targets.x.shape[0], smoothing)),
    start: (xi, request) => replace(xi, weightsOf(request, request.shape[0], 0)),
  });
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
