import { assertClasses, checkedLabels, labelsPart } from "../conditions/labels";
import { assertWithout } from "../conditions/part";
import { assertKnown } from "../errors";
import type { Coupling } from "./coupling";
import { recondition } from "./recondition";

/** Options of {@link withLabels}. */
export interface WithLabelsOptions {
  /** The number of classes; labels run from 0 to one less. */
  readonly classes: number;
  /** Whether some labels may be −1 (unknown), as in partly labelled data. Default false. */
  readonly missing?: boolean;
}

/**
 * Conditions the velocity on the targets' labels, whatever the coupling. The draws (x0, x1) stay the same.
 *
 * @example
 * const coupling = withLabels(independent(), { classes: 2, missing: true });
 * coupling.draw(data, rng(0)).xi.labels; // those of the data, of which some may be −1
 * @throws if the coupling has labels already; drawing throws if labels are missing or out of range.
 */
export function withLabels<C extends Coupling>(coupling: C, options: WithLabelsOptions): C {
  assertKnown(options, { classes: true, missing: true }, "withLabels");
  const { classes, missing = false } = options;
  assertClasses(classes);
  assertWithout(coupling, ["labels", "labelWeights"]);
  const name = `${coupling.name}, labelled`;
  const labelsOf = (labels: Int32Array | undefined, n: number) => ({
    labels: checkedLabels(labels, { n, classes, missing, coupling: name }),
  });
  return recondition(coupling, {
    name,
    condition: { ...coupling.condition, labels: labelsPart({ classes, missing }) },
    draw: (xi, { x, labels }) => ({ ...xi, ...labelsOf(labels, x.shape[0]) }),
    start: (xi, { shape, labels }) => ({ ...xi, ...labelsOf(labels, shape[0]) }),
  });
}
