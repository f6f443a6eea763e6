import { assertShape, type NdArray, ndarray, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import type { Samples } from "../data/samples";
import { assertFinite, assertKnown, expected } from "../errors";
import { cholesky, type Gaussian, gaussian } from "../gaussian";
import { assertRng, type Rng } from "../random";
import { weightedIndex } from "../statistics/weighted-index";
import type { DirectCoupling, Request } from "./coupling";
import type { Matrix } from "./sigma";

/** One component of a joint mixture: (x0, x1) ~ N((mean0, mean1), [[cov00, cov01], [cov01ᵀ, cov11]]). */
export interface MixtureComponent {
  /** Relative weight, above 0. */
  readonly weight: number;
  /** Mean of x0, d numbers. */
  readonly mean0: readonly number[];
  /** Mean of x1, d numbers. */
  readonly mean1: readonly number[];
  /** Covariance of x0, d × d, symmetric. */
  readonly cov00: Matrix;
  /** Covariance of x0 with x1; zero where absent. */
  readonly cov01?: Matrix;
  /** Covariance of x1, d × d, symmetric. */
  readonly cov11: Matrix;
  /**
   * The label ξ that draws of this component carry; components may share one. Default: the component's index.
   */
  readonly label?: number;
}

/** A coupling whose velocity is known in closed form: see `exactFlow`. */
export interface MixtureCoupling extends DirectCoupling {
  /** Dimension d of the points `[n, d]`. */
  readonly dimension: number;
  /** Number of labels. */
  readonly classes: number;
  /** The components; weights sum to 1. */
  readonly components: readonly Required<MixtureComponent>[];
  /** Draws n points x1 with the labels of their components. */
  targets(n: number, rng: Rng): Samples;
  /** Draws x0 from the base of each label that is asked for, with ξ. */
  start(request: Request, rng: Rng): { readonly x0: NdArray; readonly xi: Condition };
}

/** Options of {@link gaussianMixture}. */
export interface GaussianMixtureOptions {
  /** What reports and errors call the coupling. Default "Gaussian mixture". */
  readonly name?: string;
  /** The components of the joint law, one or more, of equal dimension. */
  readonly components: readonly MixtureComponent[];
  /** Whether the velocity is conditioned on the label. */
  readonly labelled?: boolean;
}

const knownToComponents = {
  weight: true,
  mean0: true,
  mean1: true,
  cov00: true,
  cov01: true,
  cov11: true,
  label: true,
} as const satisfies Record<keyof MixtureComponent, true>;

/**
 * A joint Gaussian-mixture coupling ρ(x0, x1 | ξ) of points in a few dimensions. `draw` samples x0 from its
 * exact conditional distribution: a component from its posterior given x1 (and given the label where the
 * targets carry labels), then x0 | x1. `start` draws the base alone; a request's labels, where given, pick
 * the components.
 *
 * @example
 * const mean0 = [-3, 0];
 * const unit = [[1, 0], [0, 1]];
 * const components = [
 *   { weight: 1, mean0, mean1: [3, 2], cov00: unit, cov11: unit },
 *   { weight: 1, mean0, mean1: [3, -2], cov00: unit, cov11: unit },
 * ];
 * const coupling = gaussianMixture({ components });
 * const { velocity } = exactFlow({ coupling, interpolant: linear() }); // in closed form
 * @throws when a component's weight isn't above 0, its shapes differ, its means aren't finite or its joint
 * covariance is not positive semidefinite.
 */
export function gaussianMixture(options: GaussianMixtureOptions): MixtureCoupling {
  assertKnown(options, { name: true, components: true, labelled: true }, "gaussianMixture");
  const { name = "Gaussian mixture", labelled = false } = options;
  if (options.components.length === 0) throw expected("one component or more", "none");
  const d = options.components[0].mean0.length;
  for (const [k, component] of options.components.entries()) {
    assertKnown(component, knownToComponents, `component ${k}`);
    const { weight } = component;
    // Before they are divided by their sum, which makes those below 0 positive.
    if (!(weight > 0 && Number.isFinite(weight)))
      throw expected(`a weight above 0 for component ${k}`, `${weight}`);
  }
  const total = options.components.reduce((sum, { weight }) => sum + weight, 0);
  const components = Object.freeze(
    options.components.map((component, k) =>
      Object.freeze({
        ...component,
        weight: component.weight / total,
        cov01: component.cov01 ?? component.cov00.map((row) => row.map(() => 0)),
        label: component.label ?? k,
      }),
    ),
  );
  components.forEach((component, k) => {
    assertComponent(component, k, d);
  });
  const classes = Math.max(...components.map(({ label }) => label)) + 1;
  const laws = components.map((component) => componentLaw(component, d));

  const among = (label: number | undefined) => {
    const rows = components.flatMap((component, k) =>
      label === undefined || component.label === label ? [k] : [],
    );
    if (rows.length === 0) throw expected(`labels that a component has, below ${classes}`, `${label}`);
    return rows;
  };
  const groups = new Map<number | undefined, number[]>();
  const group = (label: number | undefined) => {
    const known = groups.get(label) ?? among(label);
    groups.set(label, known);
    return known;
  };
  const assertCount = (labels: Int32Array | undefined, n: number) => {
    if (!labels || labels.length === n) return;
    throw expected(`${n} labels, one per sample, for the coupling "${name}"`, `${labels.length}`);
  };
  const condition = (labels: Int32Array | undefined, n: number): Condition =>
    Object.freeze(conditionLabels(labels, { n, classes: labelled ? classes : undefined, coupling: name }));
  const weightOf = (k: number) => components[k].weight;

  return Object.freeze({
    name,
    dimension: d,
    classes,
    components,
    condition: Object.freeze(labelsSpec(labelled ? classes : undefined)),
    targets(n: number, rng: Rng) {
      assertRng(rng);
      const data = new Float32Array(n * d);
      const labels = new Int32Array(n);
      const point = new Float64Array(d);
      for (let i = 0; i < n; i++) {
        const k = pick(group(undefined), weightOf, rng);
        data.set(laws[k].target.sample(rng, point), i * d);
        labels[i] = components[k].label;
      }
      return Object.freeze({ x: ndarray([n, d], data), labels });
    },
    draw({ x, labels }: Samples, rng: Rng) {
      assertRng(rng);
      assertShape(x, [-1, d], `points for the coupling "${name}"`);
      const n = x.shape[0];
      assertCount(labels, n);
      const x0 = zeros(x.shape, x);
      const point = new Float64Array(d);
      const logs = new Float64Array(components.length);
      for (let i = 0; i < n; i++) {
        const x1 = x.data.subarray(i * d, (i + 1) * d);
        const rows = group(labels?.[i]);
        let greatest = Number.NEGATIVE_INFINITY;
        for (const k of rows) {
          logs[k] = Math.log(components[k].weight) + laws[k].target.logDensity(x1);
          greatest = Math.max(greatest, logs[k]);
        }
        const k = pick(rows, (row) => Math.exp(logs[row] - greatest), rng);
        x0.data.set(laws[k].sampleBase(x1, rng, point), i * d);
      }
      return Object.freeze({ x0, x1: x, xi: condition(labels, n) });
    },
    start({ shape, labels }: Request, rng: Rng) {
      assertRng(rng);
      const [n] = shape;
      if (shape.length !== 2 || shape[1] !== d) {
        throw expected(`a request of shape [n, ${d}] for the coupling "${name}"`, `[${shape.join(", ")}]`);
      }
      assertCount(labels, n);
      const data = new Float32Array(n * d);
      const point = new Float64Array(d);
      for (let i = 0; i < n; i++) {
        const k = pick(group(labels?.[i]), weightOf, rng);
        data.set(laws[k].base.sample(rng, point), i * d);
      }
      return Object.freeze({ x0: ndarray(shape, data), xi: condition(labels, n) });
    },
  });
}

interface ComponentLaw {
  readonly base: Gaussian;
  readonly target: Gaussian;
  /** Draws x0 given x1 into `out`. */
  sampleBase(x1: ArrayLike<number>, rng: Rng, out: Float64Array): Float64Array;
}

/** x0 | x1 ~ N(m0 + C01 C11⁻¹ (x1 − m1), C00 − C01 C11⁻¹ C10). */
function componentLaw(component: Required<MixtureComponent>, d: number): ComponentLaw {
  const { mean0, mean1, cov01 } = component;
  const target = gaussian(Float64Array.from(mean1), flat(component.cov11));
  const whitened = new Float64Array(d);
  const conditional = flat(component.cov00);
  for (let j = 0; j < d; j++) {
    // Row j of C01 becomes column j of C11⁻¹ C10.
    target.whiten(
      cov01[j].map((value, i) => value + mean1[i]),
      whitened,
    );
    for (let i = 0; i < d; i++) {
      for (let l = 0; l < d; l++) conditional[i * d + j] -= cov01[i][l] * whitened[l];
    }
  }
  // Where x1 determines x0, as for x0 = x1, only rounding error is left.
  const rounding = 1e-12 * component.cov00.reduce((sum, row, i) => sum + row[i], 0);
  const rest = conditional.map((value) => (Math.abs(value) < rounding ? 0 : value));
  const factor = cholesky(rest, d, { semidefinite: true });
  const noise = new Float64Array(d);
  return {
    base: gaussian(Float64Array.from(mean0), flat(component.cov00)),
    target,
    sampleBase(x1, rng, out) {
      target.whiten(x1, whitened);
      for (let i = 0; i < d; i++) noise[i] = rng.normal();
      for (let i = 0; i < d; i++) {
        let sum = mean0[i];
        for (let j = 0; j < d; j++) sum += cov01[i][j] * whitened[j];
        for (let j = 0; j <= i; j++) sum += factor[i * d + j] * noise[j];
        out[i] = sum;
      }
      return out;
    },
  };
}

function assertComponent(component: Required<MixtureComponent>, k: number, d: number): void {
  const { mean0, mean1, cov00, cov01, cov11, label } = component;
  if (!(Number.isInteger(label) && label >= 0)) {
    throw expected(`a label of 0 or more for component ${k}`, `${label}`);
  }
  for (const [what, length] of Object.entries({ mean0: mean0.length, mean1: mean1.length })) {
    if (length !== d) throw expected(`${d} numbers as ${what} of component ${k}`, `${length}`);
  }
  for (const [what, mean] of Object.entries({ mean0, mean1 })) {
    assertFinite(mean, `finite numbers as ${what} of component ${k}`);
  }
  for (const [what, matrix] of Object.entries({ cov00, cov01, cov11 })) {
    if (matrix.length !== d || matrix.some((row) => row.length !== d)) {
      throw expected(`a ${d} × ${d} matrix as ${what} of component ${k}`, JSON.stringify(matrix));
    }
  }
  for (const [what, matrix] of Object.entries({ cov00, cov11 })) {
    if (matrix.some((row, i) => row.some((value, j) => value !== matrix[j][i]))) {
      throw expected(`a symmetric ${what} of component ${k}`, JSON.stringify(matrix));
    }
  }
}

/** One of `rows`, with a probability proportional to its weight. */
const pick = (rows: readonly number[], weightOf: (row: number) => number, rng: Rng) =>
  rows[weightedIndex(rows.map(weightOf), rng)];

const flat = (matrix: Matrix) => Float64Array.from(matrix.flat());
