import { type NdArray, ndarray, sampleSize, takeRows, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { assertClasses, checkedLabels, labelsSpec } from "../conditions/labels";
import type { Samples } from "../data/samples";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling, Request, Start } from "./coupling";

export interface ClassGaussianOptions {
  /** Labelled training samples from which the bases are estimated: at least two of each class. */
  readonly samples: Samples;
  readonly classes: number;
  /** Whether the velocity, too, is conditioned on the label, besides the base. */
  readonly labelled: boolean;
  /**
   * Factor on the standard deviations. Below 1 the classes lie further apart, and their draws are less
   * diverse.
   */
  readonly spread?: number;
  /**
   * Lower bound on each standard deviation, before `spread`: without it, coordinates that never vary within a
   * class, such as the border pixels of a digit, would put the base on a lower-dimensional set.
   */
  readonly floor?: number;
}

/** A class-dependent base with its estimated parameters. */
export interface ClassGaussianCoupling extends DirectCoupling {
  /**
   * `means[c]` and `deviations[c]` of the base of class c, `[classes, ...]`; the deviations include spread
   * and floor.
   */
  readonly means: NdArray;
  readonly deviations: NdArray;
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
  const { samples, classes, labelled, spread = 1, floor = 0.1 } = options;
  assertClasses(classes);
  if (!(spread > 0)) throw expected("a spread above 0", `${spread}`);
  if (!(floor >= 0)) throw expected("a floor of 0 or more", `${floor}`);
  const name = labelled ? "class-dependent base, labelled" : "class-dependent base";
  const { means, deviations } = estimate(samples, classes, name);
  for (let e = 0; e < deviations.data.length; e++) {
    deviations.data[e] = spread * Math.max(deviations.data[e], floor);
  }
  const tail = samples.x.shape.slice(1);

  const start = ({ shape, labels: given }: Request, rng: Rng): Start => {
    const [n] = shape;
    if (shape.slice(1).join() !== tail.join()) {
      throw expected(
        `samples of shape [${tail.join(", ")}], like the training samples`,
        `[${shape.slice(1).join(", ")}]`,
      );
    }
    const labels = checkedLabels(given, { n, classes, coupling: name });
    const zeta = rng.normals(shape);
    const mean = takeRows(means, labels);
    const sigma = takeRows(deviations, labels);
    const x0 = zeros(shape);
    for (let e = 0; e < x0.data.length; e++) x0.data[e] = mean.data[e] + sigma.data[e] * zeta.data[e];
    const xi: Condition = Object.freeze(labelled ? { labels } : {});
    return Object.freeze({ x0, xi, zeta, sigma });
  };
  return Object.freeze({
    name,
    condition: Object.freeze(labelsSpec(labelled ? classes : undefined)),
    means,
    deviations,
    draw: ({ x, labels }: Samples, rng: Rng) =>
      Object.freeze({ ...start({ shape: x.shape, ...(labels && { labels }) }, rng), x1: x }),
    start,
  });
}

function estimate({ x, labels: given }: Samples, classes: number, coupling: string) {
  const n = x.shape[0];
  const labels = checkedLabels(given, { n, classes, coupling });
  const size = sampleSize(x);
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]++;
  const poorest = counts.indexOf(Math.min(...counts));
  if (counts[poorest] < 2) {
    throw expected(
      `two or more samples of each class for the coupling "${coupling}"`,
      `${counts[poorest]} of class ${poorest}`,
    );
  }
  const means = new Float64Array(classes * size);
  const squares = new Float64Array(classes * size);
  for (let i = 0; i < n; i++) {
    const to = labels[i] * size;
    for (let j = 0; j < size; j++) means[to + j] += x.data[i * size + j] / counts[labels[i]];
  }
  for (let i = 0; i < n; i++) {
    const to = labels[i] * size;
    for (let j = 0; j < size; j++) {
      squares[to + j] += (x.data[i * size + j] - means[to + j]) ** 2 / (counts[labels[i]] - 1);
    }
  }
  const shape = [classes, ...x.shape.slice(1)];
  return {
    means: ndarray(shape, Float32Array.from(means)),
    deviations: ndarray(
      shape,
      Float32Array.from(squares, (value) => Math.sqrt(value)),
    ),
  };
}
