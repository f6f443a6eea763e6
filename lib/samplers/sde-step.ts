import { type Floats, type NdArray, sampleSize } from "../array";
import type { Rng } from "../random";
import type { StochasticTableau } from "./methods/tableau";
import { type Batch, copyOf, type SolverStep } from "./trajectory";

/** Writes the drift at a stage of a step, at the state x and the time t, into `out`, where x moves. */
export type WriteDrift = (x: NdArray, t: number, stage: number, out: Float64Array) => Promise<void>;

/** One step of dX = f dt + noise. */
interface StochasticStep {
  readonly tableau: Pick<StochasticTableau, "a" | "b" | "c" | "noise">;
  readonly t: number;
  /** Its length, negative backwards. */
  readonly h: number;
  /** Of the noise that is added over the step, in each coordinate. */
  readonly variance: number;
  readonly drift: WriteDrift;
}

/** Steps of a method for equations whose noise does not depend on the state, with states inside a step. */
export interface SdeStep extends SolverStep {
  /** Computes the end of a step. */
  compute(step: StochasticStep): Promise<void>;
  /** Takes these values as the end of a step, where x moves. */
  jump(values: Floats): void;
}

export interface SdeStepOptions {
  /** How many stages a step has at most. */
  readonly stages: number;
  /** Of each sample: the source of its steps' noise. */
  readonly sources: readonly Rng[];
  /** Of each sample: the source of the noise of states that are read inside steps; none where none are. */
  readonly bridges: readonly Rng[];
}

/** Prepares to solve from the states of a batch, which are copied. Nothing is allocated per step. */
export function sdeStep(
  { x: start, moving }: Pick<Batch, "x" | "moving">,
  { stages, sources, bridges }: SdeStepOptions,
): SdeStep {
  const { count, hole } = moving;
  const length = start.data.length;
  const size = sampleSize(start);

  // What doesn't move is copied here, once; every loop below is over what moves.
  let [x, next] = [copyOf(start), copyOf(start)];
  const inside = copyOf(start);
  const f = Array.from({ length: stages }, () => new Float64Array(length));
  const noise = new Float64Array(length);
  const bridge = new Float64Array(length);
  // The variance of the present step's noise, and the share of the step that its bridge has come to.
  let variance = 0;
  let bridged = 0;

  // Known values draw as well, so that a sample's noise does not depend on its mask.
  const draw = (from: readonly Rng[], deviation: number, out: Float64Array) => {
    for (let s = 0; s < from.length; s++) {
      for (let e = s * size; e < (s + 1) * size; e++) out[e] = deviation * from[s].normal();
    }
  };

  /** x + h Σ_i weights_i f_i + share · noise. */
  const combine = (weights: readonly number[], h: number, share: number, out: Floats) => {
    for (let i = 0; i < count; i++) {
      const e = hole ? hole[i] : i;
      let sum = x.data[e];
      for (let j = 0; j < weights.length; j++) sum += h * weights[j] * f[j][e];
      if (variance > 0) sum += share * noise[e];
      out[e] = sum;
    }
  };

  return {
    get x() {
      return x;
    },
    async compute({ tableau: { a, b, c, noise: shares }, t, h, variance: added, drift }) {
      variance = added;
      bridged = 0;
      if (variance > 0) draw(sources, Math.sqrt(variance), noise);
      for (let i = 0; i < b.length; i++) {
        if (i > 0) combine(a[i], h, shares[i], inside.data);
        await drift(i === 0 ? x : inside, t + c[i] * h, i, f[i]);
      }
      combine(b, h, 1, next.data);
    },
    jump(values) {
      variance = 0;
      bridged = 0;
      for (let i = 0; i < count; i++) {
        const e = hole ? hole[i] : i;
        next.data[e] = values[e];
      }
    },
    // A draw from the Brownian bridge to the step's end, given what was drawn at the last, smaller `theta`.
    interpolate(theta, out) {
      if (theta === 1) {
        out.set(next.data);
        return;
      }
      // `inside` holds the state at the share `bridged`, unless that is the step's beginning.
      const before = bridged === 0 ? x.data : inside.data;
      const share = (theta - bridged) / (1 - bridged);
      const deviation = variance > 0 ? Math.sqrt(share * (1 - theta) * variance) : 0;
      if (deviation > 0) draw(bridges, deviation, bridge);
      for (let i = 0; i < count; i++) {
        const e = hole ? hole[i] : i;
        let value = before[e] + share * (next.data[e] - before[e]);
        if (deviation > 0) value += bridge[e];
        inside.data[e] = value;
      }
      out.set(inside.data);
      bridged = theta;
    },
    accept() {
      [x, next] = [next, x];
    },
  };
}
