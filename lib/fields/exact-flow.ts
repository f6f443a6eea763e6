import { assertShape, type NdArray, zeros } from "../array";
import { checkedLabels } from "../conditions/labels";
import type { MixtureCoupling } from "../couplings/gaussian-mixture";
import { assertKnown, described, expected } from "../errors";
import { type Gaussian, gaussian } from "../gaussian";
import type { Interpolant } from "../interpolants/interpolant";
import type { FieldInput } from "./field";

/** Options of {@link exactFlow}. */
export interface ExactFlowOptions {
  /** The mixture that the fields are of. */
  readonly coupling: MixtureCoupling;
  /** The interpolant that the fields are of. */
  readonly interpolant: Interpolant;
  /** Whether the fields are given the label ξ. Default: as the coupling says. */
  readonly conditioned?: boolean;
}

/** What training would find with unlimited capacity and data. Values have the number format of x. */
export interface ExactFlow {
  /** b_t(x, ξ) = E[İ_t | I_t = x, ξ]. */
  velocity(at: FieldInput): NdArray;
  /** g_t(x, ξ) = E[z | I_t = x, ξ]. */
  denoiser(at: FieldInput): NdArray;
  /** ∇ log ρ_t(x | ξ). */
  score(at: FieldInput): NdArray;
  /** log ρ_t(x | ξ) of every point, length n. */
  logDensity(at: FieldInput): Float64Array;
}

/**
 * The velocity, denoiser, score and density of a joint Gaussian-mixture coupling in closed form. With
 * m_t = α m0 + β m1, C_t = α²C00 + β²C11 + αβ(C01 + C10) + γ²I, K_t = Cov(İ_t, I_t) and the posterior
 * q_k ∝ w_k N(x; m_t, C_t) of the components (of the given label),
 * b = Σ q_k (ṁ_t + K_t C_t⁻¹ (x − m_t)), g = γ Σ q_k C_t⁻¹ (x − m_t) and ∇ log ρ = −Σ q_k C_t⁻¹ (x − m_t).
 *
 * @example
 * const coupling = threeModes({ pairing: "matched" });
 * const exact = exactFlow({ coupling, interpolant: linear() });
 * const pairs = coupling.draw(coupling.targets(100, rng(1)), rng(2));
 * const { x, nfe } = await solveOde(exact.velocity, atBase(pairs), { method: dopri5() });
 * exact.logDensity({ x, t: 1, xi: pairs.xi }); // log ρ_1 of each sample
 */
export function exactFlow(options: ExactFlowOptions): ExactFlow {
  assertKnown(options, { coupling: true, interpolant: true, conditioned: true }, "exactFlow", {
    likely: true,
  });
  const { coupling, interpolant, conditioned } = options;
  if (coupling?.components === undefined) {
    throw expected(
      'a Gaussian mixture coupling, such as threeModes({ pairing: "matched" }), whose law is known',
      coupling?.name === undefined ? described(coupling) : `"${coupling.name}"`,
      "Write your law as gaussianMixture({ components }), or learn the velocity by train().",
    );
  }
  const { dimension: d, classes, components } = coupling;
  const given = conditioned ?? coupling.condition.labels !== undefined;
  const moments = components.map((component) => ({
    ...component,
    c00: component.cov00.flat(),
    c01: component.cov01.flat(),
    c10: component.cov01.flatMap((_, i) => component.cov01.map((row) => row[i])),
    c11: component.cov11.flat(),
  }));

  const slices = (t: number) => {
    const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = interpolant.at(t);
    return moments.map(({ weight, label, mean0, mean1, c00, c01, c10, c11 }): Slice => {
      const mean = Float64Array.from(mean0, (value, i) => alpha * value + beta * mean1[i]);
      const dMean = Float64Array.from(mean0, (value, i) => dAlpha * value + dBeta * mean1[i]);
      const covariance = Float64Array.from(
        c00,
        (value, i) => alpha * alpha * value + beta * beta * c11[i] + alpha * beta * (c01[i] + c10[i]),
      );
      const cross = Float64Array.from(
        c00,
        (value, i) =>
          dAlpha * alpha * value + dBeta * beta * c11[i] + dAlpha * beta * c01[i] + dBeta * alpha * c10[i],
      );
      for (let i = 0; i < d; i++) {
        covariance[i * d + i] += gamma * gamma;
        cross[i * d + i] += gammaDGamma;
      }
      return { weight, label, dMean, cross, law: gaussian(mean, covariance) };
    });
  };

  /** Visits every point with the posterior of each component and C⁻¹(x − m) under it. */
  const visit = ({ x, t, xi }: FieldInput, seen: Visitor) => {
    assertShape(x, [-1, d], `points for "${coupling.name}"`);
    const n = x.shape[0];
    const labels = given ? checkedLabels(xi.labels, { n, classes, coupling: coupling.name }) : undefined;
    const all = slices(t);
    const logs = new Float64Array(all.length);
    const point = new Float64Array(d);
    const whitened = new Float64Array(d);
    const mass = new Float64Array(classes);
    for (const { label, weight } of all) mass[label] += weight;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < d; j++) point[j] = x.data[i * d + j];
      let greatest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < all.length; k++) {
        const { label, weight, law } = all[k];
        const allowed = labels === undefined || labels[i] === label;
        logs[k] = allowed ? Math.log(weight) + law.logDensity(point) : Number.NEGATIVE_INFINITY;
        greatest = Math.max(greatest, logs[k]);
      }
      if (!(greatest > Number.NEGATIVE_INFINITY)) {
        throw expected("finite points, and labels that a component has", describe(point, labels?.[i]));
      }
      let total = 0;
      for (let k = 0; k < all.length; k++) total += Math.exp(logs[k] - greatest);
      seen.density?.(i, greatest + Math.log(total) - (labels ? Math.log(mass[labels[i]]) : 0));
      if (!seen.component) continue;
      for (let k = 0; k < all.length; k++) {
        const posterior = Math.exp(logs[k] - greatest) / total;
        if (posterior > NEGLIGIBLE) seen.component(i, posterior, all[k], all[k].law.whiten(point, whitened));
      }
    }
  };

  const whitenedMean = (at: FieldInput, factor: number) => {
    const out = zeros(at.x.shape, at.x);
    visit(at, {
      component(i, posterior, _, whitened) {
        for (let j = 0; j < d; j++) out.data[i * d + j] += factor * posterior * whitened[j];
      },
    });
    return out;
  };

  return Object.freeze({
    velocity(at: FieldInput) {
      const out = zeros(at.x.shape, at.x);
      visit(at, {
        component(i, posterior, { dMean, cross }, whitened) {
          for (let j = 0; j < d; j++) {
            let derivative = dMean[j];
            for (let l = 0; l < d; l++) derivative += cross[j * d + l] * whitened[l];
            out.data[i * d + j] += posterior * derivative;
          }
        },
      });
      return out;
    },
    denoiser: (at: FieldInput) => whitenedMean(at, interpolant.at(at.t).gamma),
    score: (at: FieldInput) => whitenedMean(at, -1),
    logDensity(at: FieldInput) {
      const out = new Float64Array(at.x.shape[0]);
      visit(at, {
        density(i, log) {
          out[i] = log;
        },
      });
      return out;
    },
  });
}

const describe = (point: NdArray["data"], label: number | undefined) =>
  `x = (${Array.from(point).join(", ")})${label === undefined ? "" : ` with label ${label}`}`;

/** A posterior too small to change a double-precision sum of this size. */
const NEGLIGIBLE = 1e-25;

/** One component at one time. */
interface Slice {
  readonly weight: number;
  readonly label: number;
  readonly dMean: Float64Array;
  /** K_t. */
  readonly cross: Float64Array;
  readonly law: Gaussian;
}

interface Visitor {
  density?(point: number, log: number): void;
  component?(point: number, posterior: number, slice: Slice, whitened: Float64Array): void;
}
