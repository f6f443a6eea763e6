import type { NdArray } from "../array";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import { assertKnown } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling, Request, Start } from "./coupling";
import { type FittedBaseOptions, fitGaussians, gaussianBases } from "./diagonal-gaussian";

export interface FittedGaussianOptions extends FittedBaseOptions {
  /** The number of classes. Given, the velocity is conditioned on the labels; the base never is. */
  readonly classes?: number;
}

/** A base fitted to all data at once, with its estimated parameters. */
export interface FittedGaussianCoupling extends DirectCoupling {
  /** Means of the base, `[1, ...]`. */
  readonly means: NdArray;
  /** Standard deviations of the base, `[1, ...]`, spread and floor included. */
  readonly deviations: NdArray;
  /** Draws x0 from the fitted Gaussian. */
  start(request: Request, rng: Rng): Start;
}

/**
 * A base fitted to the data but not to their classes: x0 ~ N(μ, diag σ²) with the mean and the standard
 * deviations of all training samples, independent of x1. The control for `classGaussian`: what it gains over
 * N(0, I) is gained by fitting alone.
 *
 * @example
 * const coupling = fittedGaussian({ samples: data, classes: 2 }); // the class is in the velocity alone
 * coupling.start({ shape: [3, 2], labels: Int32Array.of(0, 1, 1) }, rng(0));
 */
export function fittedGaussian(options: FittedGaussianOptions): FittedGaussianCoupling {
  assertKnown(options, { classes: true, samples: true, spread: true, floor: true }, "fittedGaussian");
  const { samples, classes } = options;
  const name = classes === undefined ? "fitted base" : "fitted base, labelled";
  const fitted = fitGaussians(options, {
    groups: new Int32Array(samples.x.shape[0]),
    count: 1,
    what: `for the coupling "${name}"`,
  });
  return Object.freeze({
    ...gaussianBases(fitted, {
      name,
      condition: labelsSpec(classes),
      asked: (labels, n) => ({
        groups: new Int32Array(n),
        xi: Object.freeze(conditionLabels(labels, { n, classes, coupling: name })),
      }),
    }),
    ...fitted,
  });
}
