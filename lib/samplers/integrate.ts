import { type NdArray, sampleSize, sliceRows, zeros } from "../array";
import { conditionRows } from "../conditions/rows";
import type { Start } from "../couplings/coupling";
import type { Field } from "../fields/field";
import { problem } from "./problem";
import { type Stepper, stepper } from "./stepper";
import type { AdaptiveMethod, FixedMethod, Method } from "./tableau";
import { nodesBetween } from "./time-grid";

export interface IntegrateOptions {
  /** `euler({ steps })`, `midpoint`, `heun`, `rk4`, or, with steps that adapt, `bosh3` or `dopri5({ rtol, atol })`. */
  readonly method: Method;
  /** Where to begin, in time from 0 (the base) to 1 (the data). Default 0. */
  readonly from?: number;
  /** Where to end; before `from`, the equation is solved backwards. Default 1. */
  readonly to?: number;
  /** Times whose states are returned as `path`, at no further evaluation: they are read inside the steps. */
  readonly saveAt?: readonly number[];
  /** So many samples are integrated together, each batch with its own steps where they adapt. Default all. */
  readonly batch?: number;
  /** Called after every step. */
  readonly onStep?: (progress: StepProgress) => void;
  /** Ends the work early: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How far `integrate` has come. */
export interface StepProgress {
  /** Time reached by the present batch. */
  readonly t: number;
  /** Steps and evaluations of the present batch so far. */
  readonly steps: number;
  readonly nfe: number;
  /** Samples of finished batches, of all `samples`. */
  readonly done: number;
  readonly samples: number;
  /** The states of the present batch at `t`, to draw or measure. Copy what you keep: the next step writes here. */
  readonly x: NdArray;
}

/** What became of a start. Counts are per sample: averages over the batches where there are several. */
export interface Integration {
  /** The states at the earlier and at the later end of the interval: forwards x1 is the result, backwards x0. */
  readonly x0: NdArray;
  readonly x1: NdArray;
  /** The time reached: `to`, or before it where a batch gave up, and then `warnings` says why. */
  readonly t: number;
  /** The number of evaluations of the field. */
  readonly nfe: number;
  readonly steps: number;
  readonly rejected: number;
  /** States at the times `saveAt`, in the order of integration, as far as all batches came. */
  readonly path: readonly { readonly t: number; readonly x: NdArray }[];
  /** The action ∫ E|b_t(X_t)|² dt (Prop. 3.1), the mean of `actions`. */
  readonly action: number;
  /** ∫ |b_t(X_t)|² dt of every sample, integrated by the method itself as one more coordinate. */
  readonly actions: Float64Array;
  readonly warnings: readonly string[];
}

/**
 * Solves the probability flow dX = b_t(X, ξ) dt (Cor. 3.1), forwards or backwards in time.
 *
 * Where ξ.keep = 1 the velocity is taken as zero (section 4.1), so known pixels come out bit for bit as they went in.
 * The state has the number format of `start.x0`: float64 in, float64 out.
 * An adaptive method that reaches its least step or its most steps returns the last state and a warning.
 * @throws when the field gives values that are not finite or of another shape.
 */
export async function integrate(
  b: Field,
  start: Start | { readonly x0: NdArray },
  options: IntegrateOptions,
): Promise<Integration> {
  const { method, onStep, signal } = options;
  const { begin, xi, from, to, ahead, batch, times } = problem(start, options);
  const n = begin.shape[0];
  const final = zeros(begin.shape, begin);
  const path = times.map((t) => ({ t, x: zeros(begin.shape, begin) }));
  const actions = new Float64Array(n);
  const warnings: string[] = [];
  const totals = { nfe: 0, steps: 0, rejected: 0 };
  let reached = to;

  for (let first = 0; first < n; first += batch) {
    const last = Math.min(first + batch, n);
    const part = stepper(b, sliceRows(begin, first, last), conditionRows(xi, first, last), method.tableau);
    const offset = first * sampleSize(begin);
    const length = part.x.data.length;
    let saved = 0;
    for (; saved < path.length && path[saved].t === from; saved++)
      path[saved].x.data.set(part.x.data, offset);

    const outcome = await solve(part, { method, from, to, ...(signal && { signal }) }, (t, end, steps) => {
      const h = end - t;
      for (; saved < path.length && (path[saved].t - end) * ahead <= 0; saved++) {
        const theta = path[saved].t === end ? 1 : (path[saved].t - t) / h;
        part.writeInside(theta, h, path[saved].x.data.subarray(offset, offset + length));
      }
      part.accept(h);
      onStep?.({ t: end, steps, nfe: part.nfe, done: first, samples: n, x: part.x });
    });

    final.data.set(part.x.data, offset);
    actions.set(part.action, first);
    const share = (last - first) / n;
    totals.nfe += share * part.nfe;
    totals.steps += share * outcome.steps;
    totals.rejected += share * outcome.rejected;
    if (outcome.warning) warnings.push(`Samples ${first} to ${last - 1}: ${outcome.warning}`);
    if ((outcome.t - reached) * ahead < 0) reached = outcome.t;
  }

  return Object.freeze({
    x0: ahead > 0 ? begin : final,
    x1: ahead > 0 ? final : begin,
    t: reached,
    nfe: totals.nfe,
    steps: totals.steps,
    rejected: totals.rejected,
    path: Object.freeze(path.filter(({ t }) => (t - reached) * ahead <= 0).map((at) => Object.freeze(at))),
    action: actions.reduce((sum, value) => sum + value, 0) / n,
    actions,
    warnings: Object.freeze(warnings),
  });
}

interface Outcome {
  readonly t: number;
  readonly steps: number;
  readonly rejected: number;
  readonly warning?: string;
}

interface Interval<M extends Method = Method> {
  readonly method: M;
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal;
}

/** Told of a step from `t` to `end` that is good, before it is accepted; `steps` counts it. */
type OnGoodStep = (t: number, end: number, steps: number) => void;

function solve(part: Stepper, interval: Interval, onGoodStep: OnGoodStep): Promise<Outcome> {
  const { method } = interval;
  return method.kind === "fixed"
    ? solveFixed(part, { ...interval, method }, onGoodStep)
    : solveAdaptive(part, { ...interval, method }, onGoodStep);
}

async function solveFixed(
  part: Stepper,
  { method, from, to, signal }: Interval<FixedMethod>,
  onGoodStep: OnGoodStep,
): Promise<Outcome> {
  const nodes = nodesBetween(method, from, to);
  for (let step = 0; step < method.steps; step++) {
    signal?.throwIfAborted();
    const [t, end] = [nodes[step], nodes[step + 1]];
    await part.tryStep(t, end - t);
    onGoodStep(t, end, step + 1);
  }
  return { t: to, steps: method.steps, rejected: 0 };
}

/**
 * The controller of Hairer, Nørsett and Wanner, section IV.2, with their constants: for a method of order p the next
 * step is 0.9 h err^(0.03 − 1/p) previous^0.04, kept within h/5 and 10h, and not longer than h right after a rejection.
 */
async function solveAdaptive(
  part: Stepper,
  { method, from, to, signal }: Interval<AdaptiveMethod>,
  onGoodStep: OnGoodStep,
): Promise<Outcome> {
  const { maxSteps, minStep } = method;
  const power = 1 / method.tableau.order - 0.03;
  const ahead = Math.sign(to - from);
  let t = from;
  let length = method.firstStep ?? (await part.firstStep(method, from, to - from));
  length = Math.max(length, minStep);
  let previous = 1e-4;
  let steps = 0;
  let rejected = 0;
  let justRejected = false;
  while (t !== to) {
    signal?.throwIfAborted();
    if (steps + rejected >= maxSteps) {
      const warning = `stopped at t = ${t} after ${maxSteps} steps, the most allowed. Raise maxSteps or the tolerances.`;
      return { t, steps, rejected, warning };
    }
    // A rest that is hardly longer than the step is taken whole: no sliver is left for the end.
    const isLast = length * 1.001 >= Math.abs(to - t);
    const end = isLast ? to : t + ahead * length;
    const h = end - t;
    await part.tryStep(t, h);
    const error = part.errorNorm(method, h);
    const slow = error ** power;
    if (error <= 1) {
      steps++;
      onGoodStep(t, end, steps);
      t = end;
      const factor = Math.min(Math.max(slow / previous ** 0.04 / 0.9, 0.1), 5);
      const grown = Math.abs(h) / factor;
      length = Math.max(justRejected ? Math.min(grown, Math.abs(h)) : grown, minStep);
      previous = Math.max(error, 1e-4);
      justRejected = false;
    } else {
      rejected++;
      justRejected = true;
      length = Math.abs(h) / (slow < 4.5 ? slow / 0.9 : 5);
      if (length < minStep) {
        const warning =
          `stopped at t = ${t}: the error asks for a step of ${length.toExponential(1)}, below the least of ` +
          `${minStep}. The field may be infinite or jump there; else raise the tolerances or lower minStep.`;
        return { t, steps, rejected, warning };
      }
    }
  }
  return { t, steps, rejected };
}
