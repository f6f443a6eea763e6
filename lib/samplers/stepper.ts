import { type NdArray, sampleSize, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { maskOf } from "../conditions/mask";
import type { Field } from "../fields/field";
import { writeRates } from "./rates";
import type { AdaptiveMethod, Tableau } from "./tableau";

/** One trajectory of a batch under way: the state, its stages, and what was measured so far. */
export interface Stepper {
  /** The present state; `accept` changes which array this is. */
  readonly x: NdArray;
  /** The state at the end of the step last tried. */
  readonly next: NdArray;
  /** Evaluations of the field so far. */
  readonly nfe: number;
  /** ∫|b|² |dt| of every sample so far, by the method's own nodes and weights. */
  readonly action: Float64Array;
  /** Computes the stages and the end of a step. */
  tryStep(t: number, h: number): Promise<void>;
  /** Root mean square, over the coordinates that move, of the step's estimated error over atol + rtol max(|x|, |next|). */
  errorNorm(method: AdaptiveMethod, h: number): number;
  /** Makes the end of the step last tried the present state. */
  accept(h: number): void;
  /** Writes the state at t + θh of the step last tried, before it is accepted, into `out`. */
  writeInside(theta: number, h: number, out: NdArray["data"]): void;
  /** A first step for an adaptive method, by Hairer, Nørsett and Wanner, Solving ODEs I, section II.4. */
  firstStep(method: AdaptiveMethod, t: number, span: number): Promise<number>;
}

/** Prepares to integrate `field` from `start`, which is copied. Nothing is allocated per step. */
export function stepper(field: Field, start: NdArray, xi: Condition, tableau: Tableau): Stepper {
  const { a, b, c, dense } = tableau;
  const stages = b.length;
  const firstIsLast = c[stages - 1] === 1 && a[stages - 1].every((value, j) => value === b[j]);
  const length = start.data.length;
  const size = sampleSize(start);
  const action = new Float64Array(start.shape[0]);
  const known = maskOf(xi, start)?.known;
  const rates = {
    field,
    name: "field",
    advice: "Look there: a diverged network, or a schedule that is infinite at this time.",
  };
  let moving = length;
  if (known) for (let e = 0; e < length; e++) moving -= known[e];

  let x = zeros(start.shape, start);
  x.data.set(start.data);
  let next = zeros(start.shape, start);
  const inside = zeros(start.shape, start);
  const k = Array.from({ length: stages }, () => zeros(start.shape, start).data);
  let nfe = 0;
  // Whether k[0] already holds b at the present time and state.
  let hasFirst = false;

  // Known coordinates are copied, not summed with zero, so that not even the sign of a zero changes.
  const combine = (weights: readonly number[], h: number, out: NdArray["data"]) => {
    const used = weights.flatMap((weight, i) => (weight === 0 ? [] : [i]));
    const w = used.map((i) => h * weights[i]);
    const ks = used.map((i) => k[i]);
    const from = x.data;
    for (let e = 0; e < length; e++) {
      let sum = from[e];
      if (!known || known[e] === 0) for (let i = 0; i < w.length; i++) sum += w[i] * ks[i][e];
      out[e] = sum;
    }
  };

  const evaluate = async (stage: number, t: number, at: NdArray) => {
    nfe++;
    await writeRates(rates, { x: at, t, xi }, known, k[stage]);
  };

  const tryStep = async (t: number, h: number) => {
    if (!hasFirst) await evaluate(0, t, x);
    hasFirst = true;
    for (let stage = 1; stage < stages; stage++) {
      const isEnd = firstIsLast && stage === stages - 1;
      const at = isEnd ? next : inside;
      combine(a[stage], h, at.data);
      await evaluate(stage, t + c[stage] * h, at);
    }
    if (!firstIsLast) combine(b, h, next.data);
  };

  const scaledNorm = (method: AdaptiveMethod, value: (e: number) => number) => {
    let sum = 0;
    for (let e = 0; e < length; e++) {
      const scale = method.atol + method.rtol * Math.abs(x.data[e]);
      const ratio = known && known[e] === 1 ? 0 : value(e) / scale;
      sum += ratio * ratio;
    }
    return Math.sqrt(sum / Math.max(moving, 1));
  };

  return {
    get x() {
      return x;
    },
    get next() {
      return next;
    },
    get nfe() {
      return nfe;
    },
    action,
    tryStep,
    errorNorm({ rtol, atol, tableau: { error } }, h) {
      let sum = 0;
      for (let e = 0; e < length; e++) {
        if (known && known[e] === 1) continue;
        let difference = 0;
        for (let i = 0; i < stages; i++) difference += error[i] * k[i][e];
        const ratio =
          (h * difference) / (atol + rtol * Math.max(Math.abs(x.data[e]), Math.abs(next.data[e])));
        sum += ratio * ratio;
      }
      return Math.sqrt(sum / Math.max(moving, 1));
    },
    accept(h) {
      for (let i = 0; i < stages; i++) {
        if (b[i] === 0) continue;
        const weight = Math.abs(h) * b[i];
        for (let s = 0; s < action.length; s++) {
          let squared = 0;
          for (let e = s * size; e < (s + 1) * size; e++) squared += k[i][e] * k[i][e];
          action[s] += weight * squared;
        }
      }
      [x, next] = [next, x];
      hasFirst = firstIsLast && stages > 1;
      if (hasFirst) [k[0], k[stages - 1]] = [k[stages - 1], k[0]];
    },
    writeInside(theta, h, out) {
      if (theta === 1) {
        out.set(next.data);
        return;
      }
      const weights = dense.map((row) => row.reduceRight((sum, value) => (sum + value) * theta, 0));
      combine(weights, h, out);
    },
    async firstStep(method, t, span) {
      await evaluate(0, t, x);
      hasFirst = true;
      const d0 = scaledNorm(method, (e) => x.data[e]);
      const d1 = scaledNorm(method, (e) => k[0][e]);
      const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, Math.abs(span));
      combine([1], Math.sign(span) * h0, inside.data);
      await evaluate(1, t + Math.sign(span) * h0, inside);
      const d2 = scaledNorm(method, (e) => k[1][e] - k[0][e]) / h0;
      const steepest = Math.max(d1, d2);
      const h1 =
        steepest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / steepest) ** (1 / method.tableau.order);
      return Math.min(100 * h0, h1, Math.abs(span));
    },
  };
}
