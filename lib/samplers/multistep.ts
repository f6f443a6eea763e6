import { type Floats, zeros } from "../array";
import type { Field } from "../fields/field";
import { derivativeOf, velocityAdvice } from "./derivative";
import { addSquares } from "./moving";
import { type Batch, copyOf, type SolverStep } from "./trajectory";

/** Steps that use the derivative of the step before, with the action. */
export interface MultistepStep extends SolverStep {
  /** Evaluations so far: one for each step. */
  readonly nfe: number;
  /** ∫ |b|² |dt| of every sample so far. */
  readonly action: Float64Array;
  /** Computes the end of a step from `t` of length `h`, which is negative backwards. */
  compute(t: number, h: number): Promise<void>;
}

/** Prepares to solve from the states of a batch, which are copied, by `adamsBashforth`. */
export function multistepStep(b: Field, { x: start, xi, moving }: Batch): MultistepStep {
  const { count, hole } = moving;
  const evaluate = derivativeOf(b, { xi, moving, name: "field", advice: velocityAdvice });
  const action = new Float64Array(start.shape[0]);
  let [x, next] = [copyOf(start), copyOf(start)];
  let [now, before] = [zeros(start.shape, start).data, zeros(start.shape, start).data];
  let nfe = 0;
  let [h, lengthBefore] = [0, 0];

  /** x at the share θ of the step: the integral of the line through both derivatives. */
  const writeAt = (theta: number, out: Floats) => {
    const ratio = lengthBefore === 0 ? 0 : h / lengthBefore;
    const [present, past] = [theta * h * (1 + (theta * ratio) / 2), -(theta * h * theta * ratio) / 2];
    for (let i = 0; i < count; i++) {
      const e = hole ? hole[i] : i;
      out[e] = x.data[e] + present * now[e] + past * before[e];
    }
  };

  return {
    get x() {
      return x;
    },
    get nfe() {
      return nfe;
    },
    action,
    async compute(t, length) {
      h = length;
      nfe++;
      await evaluate(x, t, now);
      writeAt(1, next.data);
    },
    interpolate(theta, out) {
      out.set(next.data);
      if (theta < 1) writeAt(theta, out);
    },
    accept() {
      const ratio = lengthBefore === 0 ? 0 : h / lengthBefore;
      addSquares(moving, now, Math.abs(h) * (1 + ratio / 2), action);
      addSquares(moving, before, -(Math.abs(h) * ratio) / 2, action);
      [x, next] = [next, x];
      [now, before] = [before, now];
      lengthBefore = h;
    },
  };
}
