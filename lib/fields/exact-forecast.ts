import { assertShape, type NdArray, sampleSize, zeros } from "../array";
import { expected } from "../errors";
import { ownDiffusion } from "../interpolants/diffusion";
import type { Interpolant } from "../interpolants/interpolant";
import { type Field, makeField } from "./field";

/** One component of the law of what comes: N(mean, sd² I) with this probability. */
export interface ForecastMode {
  /** Its share of the law; those of all modes sum to 1. */
  readonly probability: number;
  /** Its mean, one number for each coordinate. */
  readonly mean: ArrayLike<number>;
  /** Its standard deviation, the same for all coordinates. */
  readonly sd: number;
}

/** Options of {@link exactDrift} and {@link exactFromNoise}. */
export interface ExactForecastOptions {
  /** The law of x1, a mixture of normal distributions, given the present state. */
  readonly law: (present: Float64Array) => readonly ForecastMode[];
  /** The interpolant that the fields are of. */
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
 * const exact = exactDrift({ law, interpolant: linear({ gamma: wiener() }) });
 * const drifts = driftsFromPoint(exact, { interpolant: linear({ gamma: wiener() }) });
 */
export function exactDrift({ law, interpolant }: ExactForecastOptions): Field {
  const own = ownDiffusion(interpolant);
  return byModes("exactDrift", law, (t) => {
    const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = interpolant.at(t);
    const noise = gammaDGamma - own(t);
    return {
      start: alpha,
      startMoves: dAlpha,
      beta,
      dBeta,
      variance: (sd) => beta ** 2 * sd ** 2 + gamma ** 2,
      covariance: (sd) => beta * dBeta * sd ** 2 + noise,
    };
  });
}

/**
 * The exact velocity of the flow from x0 ~ N(0, I) to what comes after the present state, ξ.image: the
 * minimiser of `velocityLoss` with `uncoupledPaired`.
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
    const weights = new Float64Array(Math.max(...laws.map((modes) => modes.length)));
    return (x: NdArray, t: number) => {
      assertShape(image, x.shape, "the present state in ξ, like x,");
      const { start, startMoves, beta, dBeta, variance, covariance } = at(t);
      const out = zeros(x.shape, x);
      for (let i = 0; i < laws.length; i++) {
        const modes = laws[i];
        const from = i * d;
        // log(p_k N(x; …)), then its exponential, scaled.
        for (let k = 0; k < modes.length; k++) {
          const { probability, mean, sd } = modes[k];
          const v = variance(sd);
          let squared = 0;
          for (let j = 0; j < d; j++) {
            squared += (x.data[from + j] - start * image.data[from + j] - beta * mean[j]) ** 2;
          }
          weights[k] = Math.log(probability) - (v > 0 ? squared / (2 * v) + (d / 2) * Math.log(v) : 0);
        }
        const most = weights.reduce(
          (a, b, k) => (k < modes.length ? Math.max(a, b) : a),
          Number.NEGATIVE_INFINITY,
        );
        let total = 0;
        for (let k = 0; k < modes.length; k++) {
          weights[k] = Math.exp(weights[k] - most);
          total += weights[k];
        }
        for (let k = 0; k < modes.length; k++) {
          const { mean, sd } = modes[k];
          const v = variance(sd);
          const slope = v > 0 ? covariance(sd) / v : 0;
          for (let j = 0; j < d; j++) {
            const offset = x.data[from + j] - start * image.data[from + j] - beta * mean[j];
            out.data[from + j] += (weights[k] / total) * (dBeta * mean[j] + slope * offset);
          }
        }
        for (let j = 0; j < d; j++) out.data[from + j] += startMoves * image.data[from + j];
      }
      return out;
    };
  });
}
