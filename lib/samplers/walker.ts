import { type Floats, type NdArray, ndarray, sampleSize, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { maskOf } from "../conditions/mask";
import type { Field } from "../fields/field";
import type { Rng } from "../random";
import type { Diffusion, Prediction } from "./diffusion";
import { type Rates, writeRates } from "./rates";
import type { StochasticTableau } from "./stochastic-method";

/** A batch of paths of a stochastic equation under way: the counterpart of `Stepper`. */
export interface Walker {
  /** The present state; `accept` changes which array this is. */
  readonly x: NdArray;
  /** Evaluations of velocity and score so far. */
  readonly nfe: number;
  /** ∫|b|² |dt| of every sample so far. */
  readonly action: Float64Array;
  /** Computes the end of a step: with noise, of the probability flow, or by one Euler step without noise. */
  step(t: number, h: number, kind: "noise" | "flow" | "mean"): Promise<void>;
  /** Takes the expected end as the end of a step. */
  predict(prediction: Prediction, t: number, h: number): Promise<void>;
  /**
   * Writes the state at the share `theta` of the step, before it is accepted, into `out`: a draw from the Brownian
   * bridge to the step's end, given what was written at the last, smaller `theta` of this step.
   */
  writeBridge(theta: number, out: Floats): void;
  /** Makes the end of the step the present state. */
  accept(): void;
}

export interface WalkerOptions {
  readonly equation: Diffusion;
  readonly tableau: StochasticTableau;
  /** Copied. */
  readonly start: NdArray;
  readonly xi: Condition;
  /** The sources of noise of each sample: of the steps, and of states read inside them. */
  readonly sources: readonly Rng[];
  readonly bridges: readonly Rng[];
}

/** Nothing is allocated per step. */
export function walker({ equation, tableau, start, xi, sources, bridges }: WalkerOptions): Walker {
  const { a, b, c, noise: shares } = tableau;
  const length = start.data.length;
  const size = sampleSize(start);
  const action = new Float64Array(start.shape[0]);
  const known = maskOf(xi, start)?.known;
  const velocity: Rates = {
    field: equation.velocity,
    name: "velocity",
    advice: "Look there: a diverged network, or a schedule that is infinite at this time.",
  };
  const score: Rates = {
    field: equation.score,
    name: "score",
    advice:
      "Where the score is infinite, take an epsilon that is 0 there, begin or end the interval inside, or give the " +
      "denoiser with its interpolant instead.",
  };

  let x = zeros(start.shape, start);
  x.data.set(start.data);
  let next = zeros(start.shape, start);
  const inside = zeros(start.shape, start);
  const drift = b.map(() => new Float64Array(length));
  const rates = new Float64Array(length);
  const noise = new Float64Array(length);
  // The variance of the present step's noise, and where its bridge has come to.
  let variance = 0;
  let reached = 0;
  let nfe = 0;

  const draw = (from: readonly Rng[], scale: number, out: Float64Array) => {
    for (let e = 0; e < length; e++) out[e] = scale * from[Math.floor(e / size)].normal();
  };

  /** x + h Σ weights drift + share of the noise; known coordinates are copied. */
  const combine = (weights: readonly number[], h: number, share: number, out: Floats) => {
    for (let e = 0; e < length; e++) {
      let sum = x.data[e];
      if (!known || known[e] === 0) {
        for (let i = 0; i < weights.length; i++) sum += h * weights[i] * drift[i][e];
        if (variance > 0) sum += share * noise[e];
      }
      out[e] = sum;
    }
  };

  const evaluateVelocity = async (stage: number, at: NdArray, t: number, weight: number) => {
    const out = drift[stage];
    nfe++;
    await writeRates(velocity, { x: at, t, xi }, known, out);
    for (let s = 0; s < action.length; s++) {
      let squared = 0;
      for (let e = s * size; e < (s + 1) * size; e++) squared += out[e] * out[e];
      action[s] += weight * squared;
    }
  };

  const addScore = async (stage: number, at: NdArray, t: number, signed: number) => {
    nfe++;
    await writeRates(score, { x: at, t, xi }, known, rates);
    for (let e = 0; e < length; e++) drift[stage][e] += signed * rates[e];
  };

  return {
    get x() {
      return x;
    },
    get nfe() {
      return nfe;
    },
    action,
    async step(t, h, kind) {
      const weights = kind === "mean" ? [1] : b;
      const times = weights.map((_, i) => t + c[i] * h);
      let epsilons = times.map(equation.epsilon);
      const undefinedScore = times.some((time, i) => epsilons[i] > 0 && equation.singular(time));
      if (kind === "flow" || undefinedScore) epsilons = epsilons.map(() => 0);
      variance = 0;
      if (kind === "noise") {
        weights.forEach((weight, i) => {
          variance += 2 * Math.abs(h) * weight * epsilons[i];
        });
        if (variance > 0) draw(sources, Math.sqrt(variance), noise);
      }
      reached = 0;
      for (let i = 0; i < weights.length; i++) {
        if (i > 0) combine(a[i], h, shares[i], inside.data);
        const at = i === 0 ? x : inside;
        await evaluateVelocity(i, at, times[i], Math.abs(h) * weights[i]);
        // Forwards b + ε s, backwards b − ε s.
        if (epsilons[i] > 0) await addScore(i, at, times[i], Math.sign(h) * epsilons[i]);
      }
      combine(weights, h, 1, next.data);
    },
    async predict({ of, nfe: more }, t, h) {
      nfe += more;
      const b: Field = async ({ x: at }) => {
        await evaluateVelocity(0, at, t, Math.abs(h));
        return ndarray(at.shape, drift[0]);
      };
      await writeRates({ ...velocity, field: of(b), name: "prediction" }, { x, t, xi }, known, rates);
      for (let e = 0; e < length; e++) next.data[e] = known?.[e] === 1 ? x.data[e] : rates[e];
      variance = 0;
      reached = 0;
    },
    writeBridge(theta, out) {
      if (theta === 1) {
        out.set(next.data);
        return;
      }
      // `inside` holds the state at `reached`, unless that is the step's beginning.
      const before = reached === 0 ? x.data : inside.data;
      const share = (theta - reached) / (1 - reached);
      const spread = variance > 0 ? Math.sqrt(share * (1 - theta) * variance) : 0;
      if (spread > 0) draw(bridges, spread, rates);
      for (let e = 0; e < length; e++) {
        let value = before[e];
        if (!known || known[e] === 0) {
          value += share * (next.data[e] - before[e]);
          if (spread > 0) value += rates[e];
        }
        inside.data[e] = value;
      }
      out.set(inside.data);
      reached = theta;
    },
    accept() {
      [x, next] = [next, x];
    },
  };
}
