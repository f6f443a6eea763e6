import { assertShape, type NdArray, ndarray, zeros } from "../array";
import type { Samples } from "../data/samples";
import { assertFinite, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import { weightedIndex } from "../statistics/weighted-index";
import type { DirectCoupling, Request, Start } from "./coupling";
import type { PairMoments } from "./moments";

/** One component of a diagonal mixture: coordinates are independent, each with its own pair (x0, x1). */
export interface DiagonalComponent {
  /** Relative weight, above 0. */
  readonly weight: number;
  /** Means, variances and the covariance of x0 and x1 in each coordinate, `[d]`. */
  readonly moments: PairMoments;
}

/** A coupling in many dimensions whose velocity is known in closed form: see `diagonalFlow`. */
export interface DiagonalMixture extends DirectCoupling {
  /** Coordinates d of a point. */
  readonly dimension: number;
  /** The components; weights sum to 1. */
  readonly components: readonly DiagonalComponent[];
  /** Draws n points x1, labelled by their components. */
  targets(n: number, rng: Rng): Samples;
  /** Draws x0 from the base alone, `[n, d]`. */
  start(request: Request, rng: Rng): Start;
}

/**
 * A mixture of Gaussian couplings with independent coordinates: `gaussianMixture` for diagonal covariances,
 * at a cost that grows as d, not d³. One component is a Gaussian field in a basis in which it is
 * uncorrelated. The velocity sees no label.
 *
 * `draw` samples x0 given x1: from the component that the target's label names, or, where targets carry no
 * labels, from its posterior given x1.
 *
 * @example
 * const each = (value: number) => ndarray([64], new Float64Array(64).fill(value));
 * const variances = { variance0: each(1), variance1: each(0.25), covariance: each(0.4) };
 * const moments = { mean0: each(0), mean1: each(2), ...variances };
 * const field = diagonalMixture({ components: [{ weight: 1, moments }] });
 * const { x0, x1 } = field.draw(field.targets(100, rng(0)), rng(1));
 * @throws when shapes differ, a number isn't finite, a variance is not above 0, or |covariance|² exceeds the
 * product of variances.
 */
export function diagonalMixture(options: {
  readonly name?: string;
  readonly components: readonly DiagonalComponent[];
}): DiagonalMixture {
  const { name = "diagonal mixture", components: given } = options;
  if (given.length === 0) throw expected("one component or more", "none");
  const d = given[0].moments.mean0.data.length;
  given.forEach((component, k) => {
    assertComponent(component, k, d);
  });
  const total = given.reduce((sum, { weight }) => sum + weight, 0);
  const components = Object.freeze(
    given.map(({ weight, moments }) => Object.freeze({ weight: weight / total, moments })),
  );
  const prior = components.map(({ weight }) => weight);
  const condition = Object.freeze({});
  /** n points, each by its component's mean and variance. */
  const marginal = (n: number, side: "0" | "1", rng: Rng) => {
    assertRng(rng);
    const x = ndarray([n, d], new Float32Array(n * d));
    const labels = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      labels[i] = weightedIndex(prior, rng);
      const { moments } = components[labels[i]];
      const mean = side === "0" ? moments.mean0.data : moments.mean1.data;
      const variance = side === "0" ? moments.variance0.data : moments.variance1.data;
      for (let j = 0; j < d; j++) x.data[i * d + j] = mean[j] + Math.sqrt(variance[j]) * rng.normal();
    }
    return { x, labels };
  };

  return Object.freeze({
    name,
    dimension: d,
    components,
    condition,
    targets: (n: number, rng: Rng) => Object.freeze(marginal(n, "1", rng)),
    draw({ x, labels }: Samples, rng: Rng) {
      assertRng(rng);
      assertShape(x, [-1, d], `points for the coupling "${name}"`);
      const x0 = zeros(x.shape, x);
      for (let i = 0; i < x.shape[0]; i++) {
        const row = x.data.subarray(i * d, (i + 1) * d);
        const k = labels ? labels[i] : weightedIndex(posterior(components, row), rng);
        if (!components[k]) throw expected(`labels below ${components.length}`, `${k}`);
        const { mean0, mean1, variance0, variance1, covariance } = components[k].moments;
        for (let j = 0; j < d; j++) {
          const slope = covariance.data[j] / variance1.data[j];
          const rest = Math.max(0, variance0.data[j] - slope * covariance.data[j]);
          x0.data[i * d + j] =
            mean0.data[j] + slope * (row[j] - mean1.data[j]) + Math.sqrt(rest) * rng.normal();
        }
      }
      return Object.freeze({ x0, x1: x, xi: condition });
    },
    start({ shape }: Request, rng: Rng) {
      if (shape.length !== 2 || shape[1] !== d) {
        throw expected(`a request of shape [n, ${d}] for the coupling "${name}"`, `[${shape.join(", ")}]`);
      }
      return Object.freeze({ x0: marginal(shape[0], "0", rng).x, xi: condition });
    },
  });
}

/** w_k N(x1; mean1, variance1), up to a common factor. */
function posterior(components: readonly DiagonalComponent[], x1: ArrayLike<number>): number[] {
  const logs = components.map(({ weight, moments: { mean1, variance1 } }) => {
    let log = Math.log(weight);
    for (let j = 0; j < x1.length; j++) {
      log -= ((x1[j] - mean1.data[j]) ** 2 / variance1.data[j] + Math.log(variance1.data[j])) / 2;
    }
    return log;
  });
  const greatest = Math.max(...logs);
  return logs.map((log) => Math.exp(log - greatest));
}

function assertComponent({ weight, moments }: DiagonalComponent, k: number, d: number): void {
  if (!(weight > 0 && Number.isFinite(weight)))
    throw expected(`a weight above 0 for component ${k}`, `${weight}`);
  for (const [what, { data }] of Object.entries(moments) as [string, NdArray][]) {
    if (data.length !== d) throw expected(`${d} numbers as ${what} of component ${k}`, `${data.length}`);
    assertFinite(data, `finite numbers as ${what} of component ${k}`);
  }
  const { variance0, variance1, covariance } = moments;
  for (let j = 0; j < d; j++) {
    const [v0, v1, c] = [variance0.data[j], variance1.data[j], covariance.data[j]];
    if (!(v0 > 0 && v1 > 0)) throw expected(`variances above 0 in component ${k}`, `${v0} and ${v1}`);
    if (!(c * c <= v0 * v1 * (1 + 1e-12))) {
      throw expected(`a covariance within ±√(variance0 · variance1) in component ${k}`, `${c}`);
    }
  }
}
