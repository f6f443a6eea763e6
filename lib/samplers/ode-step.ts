import { type Floats, type NdArray, zeros } from "../array";
import type { Field } from "../fields/field";
import { derivativeOf, velocityAdvice } from "./derivative";
import type { Tableau } from "./methods/tableau";
import { addSquares, type Moving } from "./moving";
import { type Batch, copyOf, type SolverStep } from "./trajectory";

/** Steps of a Runge-Kutta method for dX = b_t(X) dt, with the action and states inside a step. */
export interface OdeStep extends SolverStep {
  /** Evaluations so far. */
  readonly nfe: number;
  /** ∫ |b|² |dt| of every sample so far. */
  readonly action: Float64Array;
  /** The state at the end of the step last computed. */
  readonly next: NdArray;
  readonly moving: Moving;
  /** Computes the stages and the end of a step from `t` of length `h`, which is negative backwards. */
  compute(t: number, h: number): Promise<void>;
  /** Writes h Σ_i weights_i k_i of the step last computed into `out`, where x moves. */
  writeError(weights: readonly number[], out: Float64Array): void;
  /** The derivative at the present state, which the next step reuses. */
  derivative(t: number): Promise<Floats>;
  /** The derivative after an Euler step of length `h` from the present state. */
  derivativeAfter(t: number, h: number): Promise<Floats>;
}

/** Prepares to solve from the states of a batch, which are copied. Nothing is allocated per step. */
export function odeStep(b: Field, { x: start, xi, moving }: Batch, tableau: Tableau): OdeStep {
  const { count, hole } = moving;
  const stages = tableau.b.length;
  const lastRow = tableau.a[stages - 1];
  // The last stage is at the step's end, and so the first of the next step.
  const firstIsLast =
    stages > 1 && tableau.c[stages - 1] === 1 && lastRow.every((weight, j) => weight === tableau.b[j]);
  const evaluate = derivativeOf(b, { xi, moving, name: "field", advice: velocityAdvice });
  const action = new Float64Array(start.shape[0]);

  // What doesn't move is copied here, once; every loop below is over what moves.
  let [x, next] = [copyOf(start), copyOf(start)];
  const inside = copyOf(start);
  const k = tableau.b.map(() => zeros(start.shape, start).data);
  let nfe = 0;
  let h = 0;
  // Whether k[0] already holds b at the present time and state.
  let hasFirst = false;

  const evaluateStage = async (stage: number, t: number, at: NdArray) => {
    nfe++;
    await evaluate(at, t, k[stage]);
  };

  const evaluateFirst = async (t: number) => {
    if (!hasFirst) await evaluateStage(0, t, x);
    hasFirst = true;
  };

  /** x + h Σ_i weights_i k_i. */
  const combine = (weights: readonly number[], out: Floats) => {
    const used = weights.flatMap((weight, i) => (weight === 0 ? [] : [i]));
    const w = used.map((i) => h * weights[i]);
    const ks = used.map((i) => k[i]);
    for (let i = 0; i < count; i++) {
      const e = hole ? hole[i] : i;
      let sum = x.data[e];
      for (let j = 0; j < w.length; j++) sum += w[j] * ks[j][e];
      out[e] = sum;
    }
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
    moving,
    action,
    async compute(t, length) {
      h = length;
      await evaluateFirst(t);
      for (let stage = 1; stage < stages; stage++) {
        const at = firstIsLast && stage === stages - 1 ? next : inside;
        combine(tableau.a[stage], at.data);
        await evaluateStage(stage, t + tableau.c[stage] * h, at);
      }
      if (!firstIsLast) combine(tableau.b, next.data);
    },
    writeError(weights, out) {
      for (let i = 0; i < count; i++) {
        const e = hole ? hole[i] : i;
        let sum = 0;
        for (let j = 0; j < stages; j++) sum += weights[j] * k[j][e];
        out[e] = h * sum;
      }
    },
    interpolate(theta, out) {
      out.set(next.data);
      if (theta === 1) return;
      combine(
        tableau.dense.map((row) => row.reduceRight((sum, value) => (sum + value) * theta, 0)),
        out,
      );
    },
    accept() {
      tableau.b.forEach((weight, i) => {
        if (weight !== 0) addSquares(moving, k[i], Math.abs(h) * weight, action);
      });
      [x, next] = [next, x];
      hasFirst = firstIsLast;
      if (firstIsLast) [k[0], k[stages - 1]] = [k[stages - 1], k[0]];
    },
    async derivative(t) {
      await evaluateFirst(t);
      return k[0];
    },
    async derivativeAfter(t, length) {
      h = length;
      combine([1], inside.data);
      await evaluateStage(1, t + length, inside);
      return k[1];
    },
  };
}
