import { assertShape, type NdArray, sampleSize, zeros } from "../array";
import { expected } from "../errors";
import { ownDiffusion } from "../interpolants/diffusion";
import type { Interpolant } from "../interpolants/interpolant";
import { type Field, makeField } from "./field";

/** One component of the law of what comes: N(mean, sd² I) with this probability. */
export interface ForecastMode {
  readonly probability: number;
  readonly mean: ArrayLike<number>;
  readonly sd: number;
}

export interface ExactForecastOptions {
  /** The law of x1, a mixture of normal distributions, given the present state. */
  readonly law: (present: Float64Array) => readonly ForecastMode[];
  readonly interpolant: Interpolant;
}

/**
 * What the drift from the present state, ξ.image, is for unlimited data and capacity: the minimiser of
 * `driftLoss`, in closed form. With modes N(m_k, s_k²), q_k the posterior of the modes given I_t = x, and
 * v_k = β²s_k² + γ²,
 *
 *     f = α̇x0 + Σ q_k (β̇m_k + (ββ̇s_k² + γγ̇ − ε) / v_k · (x − αx0 − βm_k)),   ε = γ²/2t.
 *
 * @example
 * const { law } = jumpDiffusion();
 * const exact = exactDrift({ law: ([x, y]) => law([x, y]), interpolant: linear({ gamma: wiener() }) });
 * const drifts = driftsFromPoint(exact, { interpolant: linear({ gamma: wiener() }) });
 */
export function exactDrift({ law, interpolant }: ExactForecastOptions): Field {
  const own = ownDiffusion(interpolant);
  return byModes("exactDrift", law, (t) => {
    const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = interpolant.at(t);
    return {
      start: alpha,
      startMoves: dAlpha,
      beta,
      dBeta,
      variance: (sd) => beta ** 2 * sd ** 2 + gamma ** 2,
      covariance: (sd) => beta * dBeta * sd ** 2 + gammaDGamma - own(t),
    };
  });
}

/**
 * The exact velocity of the flow from x0 ~ N(0, I) to what comes after the present state, ξ.image: the
 * minimiser of `velocityLoss` with `unpaired`.
 */
export function exactFromNoise({ law, interpolant }: ExactForecastOptions): Field {
  return byModes("exactFromNoise", law, (t) => {
    const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = interpolant.at(t);
    return {
      start: 0,
      startMoves: 0,
      beta,
      dBeta,
      variance: (sd) => alpha ** 2 + beta ** 2 * sd ** 2 + gamma ** 2,
      covariance: (sd) => alpha * dAlpha + beta * dBeta * sd ** 2 + gammaDGamma,
    };
  });
}

/** The law of I_t within a mode is N(start · x0 + βm, variance); that of its derivative follows. */
interface At {
  readonly start: number;
  readonly startMoves: number;
  readonly beta: number;
  readonly dBeta: number;
  /** Of I_t. */
  variance(sd: number): number;
  /** Of I_t with what is regressed on it. */
  covariance(sd: number): number;
}

function byModes(name: string, law: ExactForecastOptions["law"], at: (t: number) => At): Field {
  return makeField(({ image }) => {
    if (!image) throw expected(`the present state in ξ.image for ${name}`, "none");
    const d = sampleSize(image);
    const laws = Array.from({ length: image.shape[0] }, (_, i) =>
      law(Float64Array.from(image.data.subarray(i * d, (i + 1) * d))),
    );
    return (x: NdArray, t: number) => {
      assertShape(image, x.shape, "the present state in ξ, like x,");
      const { start, startMoves, beta, dBeta, variance, covariance } = at(t);
      const out = zeros(x.shape, x);
      laws.forEach((modes, i) => {
        const from = i * d;
        const offset = (m: ArrayLike<number>, j: number) =>
          x.data[from + j] - start * image.data[from + j] - beta * m[j];
        const logs = modes.map(({ probability, mean, sd }) => {
          const v = variance(sd);
          if (v === 0) return Math.log(probability);
          let squared = 0;
          for (let j = 0; j < d; j++) squared += offset(mean, j) ** 2;
          return Math.log(probability) - squared / (2 * v) - (d / 2) * Math.log(v);
        });
        const most = Math.max(...logs);
        const weights = logs.map((value) => Math.exp(value - most));
        const total = weights.reduce((sum, value) => sum + value, 0);
        modes.forEach(({ mean, sd }, k) => {
          const v = variance(sd);
          const slope = v > 0 ? covariance(sd) / v : 0;
          for (let j = 0; j < d; j++) {
            out.data[from + j] += (weights[k] / total) * (dBeta * mean[j] + slope * offset(mean, j));
          }
        });
        for (let j = 0; j < d; j++) out.data[from + j] += startMoves * image.data[from + j];
      });
      return out;
    };
  });
}
