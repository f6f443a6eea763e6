import { assertShape, zeros } from "../array";
import type { DiagonalMixture } from "../couplings/diagonal-mixture";
import { affineVelocity, type Interpolant } from "../interpolants";
import type { ExactFlow } from "./exact-flow";
import type { FieldInput } from "./field";

/**
 * `exactFlow` for a mixture with independent coordinates, at a cost of d for each component. With the
 * variance C_t = α²v0 + 2αβc + β²v1 + γ² of each coordinate, posteriors q_k ∝ w_k Π N(x; m_t, C_t), and the
 * affine velocity b_k of each component, b = Σ q_k b_k.
 *
 * @example
 * const each = (value: number) => ndarray([64], new Float64Array(64).fill(value));
 * const variances = { variance0: each(1), variance1: each(0.25), covariance: each(0.4) };
 * const moments = { mean0: each(0), mean1: each(2), ...variances };
 * const field = diagonalMixture({ components: [{ weight: 1, moments }] });
 * const { velocity } = diagonalFlow({ coupling: field, interpolant: linear() });
 * const start = atBase(field.start({ shape: [100, field.dimension] }, rng(0)));
 * const { x } = await solveOde(velocity, start, { method: midpoint({ steps: 8 }) });
 */
export function diagonalFlow({
  coupling,
  interpolant,
}: {
  readonly coupling: DiagonalMixture;
  readonly interpolant: Interpolant;
}): Pick<ExactFlow, "velocity" | "logDensity"> {
  const { dimension: d, components, name } = coupling;
  const affine = components.map(({ moments }) => affineVelocity({ interpolant, moments }));
  let last: { readonly t: number; readonly slices: readonly Slice[] } | undefined;
  const slicesAt = (t: number): readonly Slice[] => {
    if (last?.t === t) return last.slices;
    const { alpha, beta, gamma } = interpolant.at(t);
    const slices = components.map(({ weight, moments }, k): Slice => {
      const { mean0, mean1, variance0, variance1, covariance } = moments;
      const mean = new Float64Array(d);
      const precision = new Float64Array(d);
      let constant = Math.log(weight) - (d / 2) * Math.log(2 * Math.PI);
      for (let j = 0; j < d; j++) {
        mean[j] = alpha * mean0.data[j] + beta * mean1.data[j];
        const variance =
          alpha ** 2 * variance0.data[j] +
          2 * alpha * beta * covariance.data[j] +
          beta ** 2 * variance1.data[j] +
          gamma ** 2;
        precision[j] = 1 / variance;
        constant -= Math.log(variance) / 2;
      }
      return { mean, precision, constant, velocity: affine[k].at(t) };
    });
    last = { t, slices };
    return slices;
  };
  /** log w_k N(x; m, C) of each component at one point, and the logarithm of their sum. */
  const weigh = (slices: readonly Slice[], point: ArrayLike<number>) => {
    const logs = slices.map(({ mean, precision, constant }) => {
      let squared = 0;
      for (let j = 0; j < d; j++) squared += precision[j] * (point[j] - mean[j]) ** 2;
      return constant - squared / 2;
    });
    const greatest = Math.max(...logs);
    const sum = logs.reduce((so, log) => so + Math.exp(log - greatest), 0);
    return { logs, whole: greatest + Math.log(sum) };
  };
  const rows = (
    { x, t }: FieldInput,
    seen: (i: number, point: ArrayLike<number>, slices: readonly Slice[]) => void,
  ) => {
    assertShape(x, [-1, d], `points for "${name}"`);
    const slices = slicesAt(t);
    for (let i = 0; i < x.shape[0]; i++) seen(i, x.data.subarray(i * d, (i + 1) * d), slices);
  };
  return Object.freeze({
    velocity(at: FieldInput) {
      const out = zeros(at.x.shape, at.x);
      rows(at, (i, point, slices) => {
        const { logs, whole } = weigh(slices, point);
        slices.forEach(({ velocity: { slope, offset } }, k) => {
          const share = Math.exp(logs[k] - whole);
          if (share < 1e-300) return;
          for (let j = 0; j < d; j++) out.data[i * d + j] += share * (slope[j] * point[j] + offset[j]);
        });
      });
      return out;
    },
    logDensity(at: FieldInput) {
      const out = new Float64Array(at.x.shape[0]);
      rows(at, (i, point, slices) => {
        out[i] = weigh(slices, point).whole;
      });
      return out;
    },
  });
}

interface Slice {
  readonly mean: Float64Array;
  readonly precision: Float64Array;
  readonly constant: number;
  readonly velocity: { readonly slope: Float64Array; readonly offset: Float64Array };
}
