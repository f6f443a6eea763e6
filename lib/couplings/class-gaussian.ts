import type { NdArray } from "../array";
import { assertClasses, checkedLabels, labelsSpec } from "../conditions/labels";
import { assertKnown } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling, Request, Start } from "./coupling";
import {
  type DiagonalGaussians,
  type FittedBaseOptions,
  fitGaussians,
  gaussianBases,
} from "./diagonal-gaussian";

/** The samples are labelled: at least two of each class. A spread below 1 moves the classes further apart. */
export interface ClassGaussianOptions extends FittedBaseOptions {
  /** The number of classes; labels run from 0 to one less. */
  readonly classes: number;
  /** Whether the velocity, too, is conditioned on the label, besides the base. */
  readonly labelled: boolean;
}

/** A class-dependent base with its estimated parameters. */
export interface ClassGaussianCoupling extends DirectCoupling {
  /** Means of the base of each class, `[classes, ...]`. */
  readonly means: NdArray;
  /** Standard deviations of the base of each class, `[classes, ...]`, spread and floor included. */
  readonly deviations: NdArray;
  /** Draws x0 from the base of each label that is asked for. */
  start(request: Request, rng: Rng): Start;
}

/**
 * A base for each class: x0 ~ N(μ_c, diag σ_c²) for a target of class c, with the mean and the standard
 * deviations of the class's training samples; x0 and x1 are independent given the class.
 *
 * With `labelled: false` the requested class reaches the velocity through x0 alone. That is why the noise is
 * independent across coordinates: the bases of image classes then hardly overlap, since their means differ in
 * many pixels, whereas with full covariances the draws of one class could look like another's.
 *
 * @example
 * const coupling = classGaussian({ samples: data, classes: 2, labelled: false });
 * const labels = Int32Array.of(0, 1, 1);
 * const { x0 } = coupling.start({ shape: [3, 2], labels }, rng(0)); // base draws for these classes
 */
export function classGaussian(options: ClassGaussianOptions): ClassGaussianCoupling {
  assertKnown(
    options,
    { classes: true, labelled: true, samples: true, spread: true, floor: true },
    "classGaussian",
  );
  const { samples, classes, labelled } = options;
  assertClasses(classes);
  const coupling = nameOf(labelled);
  const groups = checkedLabels(samples.labels, { n: samples.x.shape[0], classes, coupling });
  const what = `of each class for the coupling "${coupling}"`;
  return classBases({ ...fitGaussians(options, { groups, count: classes, what }), labelled });
}

/**
 * The same coupling from bases that are known already, such as those that were stored beside a model: one
 * mean and one standard deviation for each coordinate of each class, `[classes, ...]`.
 *
 * @example
 * const { means, deviations } = classGaussian({ samples: data, classes: 2, labelled: true });
 * const again = classBases({ means, deviations, labelled: true });
 * @throws unless deviations have the means' shape and are 0 or more, and both are finite.
 */
export function classBases({
  labelled,
  ...fitted
}: DiagonalGaussians & Pick<ClassGaussianOptions, "labelled">): ClassGaussianCoupling {
  const [classes] = fitted.means.shape;
  const coupling = nameOf(labelled);
  return Object.freeze({
    ...gaussianBases(fitted, {
      name: coupling,
      condition: labelsSpec(labelled ? classes : undefined),
      asked(given, n) {
        const labels = checkedLabels(given, { n, classes, coupling });
        return { groups: labels, xi: Object.freeze(labelled ? { labels } : {}) };
      },
    }),
    ...fitted,
  });
}

const nameOf = (labelled: boolean) => (labelled ? "class-dependent base, labelled" : "class-dependent base");
