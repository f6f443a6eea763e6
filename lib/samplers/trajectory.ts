import { type Floats, type NdArray, ndarray, sampleSize, sliceRows, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { assertConditionRows, conditionRows } from "../conditions/rows";
import { plainArray } from "../data/samples";
import { expected } from "../errors";
import { meanOf } from "../statistics/mean";
import { assertFiniteState } from "./derivative";
import { type Moving, movingOf } from "./moving";

/**
 * Where a solve begins: the state at the time `from`, `[n, ...]`, and its condition. `atBase(pairs)` and
 * `atData(pairs)` give those of a coupling's draws.
 */
export interface InitialState {
  /** The states, `[n, ...]`. */
  readonly x: NdArray;
  /** Their condition, one entry per sample in each part. Default: none. */
  readonly xi?: Condition;
}

/** What solvers of the ODE and of the SDE have in common. */
export interface SolveOptions {
  /** Where to begin, in time from 0 (the base) to 1 (the data). Default 0. */
  readonly from?: number;
  /** Where to end; before `from`, the equation is solved backwards. Default 1. */
  readonly to?: number;
  /**
   * Times whose states are returned as `path`. They are read inside the steps, without further evaluations.
   */
  readonly saveAt?: readonly number[];
  /** The number of samples solved at once. Adaptive steps are chosen for each batch. Default all. */
  readonly batch?: number;
  /** Called after every step. */
  readonly onStep?: (progress: StepProgress) => void;
  /** Stops the solve between two steps, with an `AbortError`. */
  readonly signal?: AbortSignal;
}

/** The names of these options that a misspelling can be told of: `to` is near too many others. */
export const knownToSolves = {
  from: true,
  saveAt: true,
  batch: true,
  onStep: true,
  signal: true,
} as const satisfies Record<Exclude<keyof SolveOptions, "to">, true>;

/** The progress of a solve. */
export interface StepProgress {
  /** Where the step began in time; after `t` in a solve backwards. */
  readonly from: number;
  /** Time reached by the present batch. */
  readonly t: number;
  /** Steps done by the present batch. */
  readonly step: number;
  /** Evaluations of the present batch so far. */
  readonly nfe: number;
  /** Samples of finished batches, of all `samples`. */
  readonly done: number;
  /** Samples in all. */
  readonly samples: number;
  /**
   * The states of the present batch at `t`, to draw or measure. Copy what you keep: the next step writes
   * here.
   */
  readonly x: NdArray;
}

/** The result of a solve. Counts are per sample: averages over the batches where there are several. */
export interface Solution {
  /** Every sample's state at its time of `times`, in the number format of the initial ones. */
  readonly x: NdArray;
  /** The time that all samples reached: `to`, or before it where a batch gave up, and `warnings` says why. */
  readonly t: number;
  /** The time that every sample reached: `to`, or before it in a batch that gave up. */
  readonly times: Float64Array;
  /** The number of evaluations of the field, or of the fields. */
  readonly nfe: number;
  /** Steps accepted. */
  readonly steps: number;
  /** Steps tried and rejected; 0 for a method with fixed steps. */
  readonly rejected: number;
  /** States at the times `saveAt`, in the order of the solve, up to the last one that all batches reached. */
  readonly path: readonly { readonly t: number; readonly x: NdArray }[];
  /** The action ∫ E|b_t(X_t)|² dt (Prop. 3.1), the mean of `actions`. */
  readonly action: number;
  /** ∫ |b_t(X_t)|² dt of every sample, by the method's own nodes and weights. */
  readonly actions: Float64Array;
  /** What went wrong without ending the solve, each a sentence. */
  readonly warnings: readonly string[];
}

/** What to solve, checked. */
export interface Problem {
  readonly x: NdArray;
  readonly xi: Condition;
  readonly from: number;
  readonly to: number;
  /** 1 forwards, −1 backwards. */
  readonly direction: number;
  readonly batch: number;
  /** Times to save, in the order of the solve. */
  readonly times: readonly number[];
}

/**
 * @throws unless there are finite states with their condition, and an interval that holds the times to save.
 */
export function checkedProblem(
  start: InitialState,
  { from = 0, to = 1, ...options }: Pick<SolveOptions, "from" | "to" | "batch" | "saveAt">,
): Problem {
  for (const [name, t] of Object.entries({ from, to })) {
    if (!(t >= 0 && t <= 1)) throw expected(`${name} from 0 to 1`, `${t}`);
  }
  if (from === to) throw expected("an interval to integrate over", `from = to = ${from}`);
  const { x, xi = {} } = start;
  if (Array.isArray(x)) {
    throw plainArray("an initial state { x, xi }, x of shape [n, ...]", "an x that is a plain array", x);
  }
  if (!x) {
    throw expected(
      "an initial state { x, xi }",
      `one of ${Object.keys(start).join(", ") || "nothing"}, without x`,
      "Pass atBase(pairs) to solve from a coupling's base, atData(pairs) to solve backwards from its data.",
    );
  }
  if (!(x.data instanceof Float32Array || x.data instanceof Float64Array)) {
    // Every step would be rounded to whole numbers.
    throw expected(
      "an initial state of a Float32Array or a Float64Array",
      Array.isArray(x.data) ? "one of a plain array" : `one of ${(x.data as object).constructor.name}`,
      "Convert it: ndarray(x.shape, Float32Array.from(x.data)).",
    );
  }
  const n = x.shape[0];
  if (x.data.length === 0)
    throw expected("one sample or more to start from", `shape [${x.shape.join(", ")}]`);
  const batch = options.batch ?? n;
  if (!(Number.isInteger(batch) && batch > 0)) throw expected("a batch of 1 or more samples", `${batch}`);
  assertFinite(x);
  assertConditionRows(xi, n);
  const times = sortedTimes(options.saveAt ?? [], from, to);
  return { x, xi, from, to, direction: Math.sign(to - from), batch, times };
}

function sortedTimes(times: readonly number[], from: number, to: number): number[] {
  for (const t of times) {
    if (!(t >= Math.min(from, to) && t <= Math.max(from, to))) {
      throw expected(`times to save between ${from} and ${to}`, `${t}`);
    }
  }
  return [...times].sort((a, b) => (a - b) * Math.sign(to - from));
}

function assertFinite(start: NdArray): void {
  const bad = start.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw expected(
      "finite numbers to start from",
      `${start.data[bad]} in sample ${Math.floor(bad / sampleSize(start))}`,
    );
  }
}

/** Samples that are solved at once: those from `first` up to but not including `last`. */
export interface Batch {
  readonly first: number;
  readonly last: number;
  /** Their initial states, which share memory with the problem's. */
  readonly x: NdArray;
  /** Their condition. */
  readonly xi: Condition;
  readonly moving: Moving;
}

/** A state of its own with the same numbers. */
export const copyOf = ({ shape, data }: NdArray): NdArray => ndarray(shape, data.slice());

/** The work that a batch took. */
export interface Counts {
  readonly nfe: number;
  readonly steps: number;
  readonly rejected: number;
}

/** Solves batch after batch. Returns the counts per sample: their mean over the batches, weighted by size. */
export async function overBatches(
  { x, xi, batch }: Problem,
  solve: (batch: Batch) => Promise<Counts>,
): Promise<Counts> {
  const n = x.shape[0];
  const sums = { nfe: 0, steps: 0, rejected: 0 };
  for (let first = 0; first < n; first += batch) {
    const last = Math.min(first + batch, n);
    const part = { x: sliceRows(x, first, last), xi: conditionRows(xi, first, last) };
    const counts = await solve({ first, last, ...part, moving: movingOf(part.x, part.xi) });
    for (const name of ["nfe", "steps", "rejected"] as const) sums[name] += (last - first) * counts[name];
  }
  return { nfe: sums.nfe / n, steps: sums.steps / n, rejected: sums.rejected / n };
}

/** The present state of a batch, and the step computed last. */
export interface SolverStep {
  /** The present state; `accept` changes which array this is. */
  readonly x: NdArray;
  /** Writes the state at the share `theta` of the step, before it is accepted, into `out`. */
  interpolate(theta: number, out: Floats): void;
  /** Makes the end of the step the present state. */
  accept(): void;
}

/** How a batch is solved. */
export interface BatchSolver {
  readonly step: SolverStep;
  /** ∫ |b|² |dt| of every sample so far. */
  readonly action: Float64Array;
  /** Evaluations so far. */
  nfe(): number;
  /** Takes step after step, and calls `accept` for each from `t` to `end` that is accepted. */
  run(accept: (t: number, end: number) => void): Promise<Outcome>;
}

/** The time that a batch reached, and why it went no further. */
export interface Outcome {
  readonly t: number;
  readonly rejected: number;
  readonly warning?: string;
}

/** Solves a problem batch after batch, and gathers states, paths, actions, counts and warnings. */
export async function solveInBatches(
  problem: Problem,
  onStep: SolveOptions["onStep"],
  prepare: (batch: Batch) => BatchSolver,
): Promise<Solution> {
  const { x: start, from, to, direction, times } = problem;
  const n = start.shape[0];
  const size = sampleSize(start);
  const x = zeros(start.shape, start);
  const path = times.map((t) => ({ t, x: zeros(start.shape, start) }));
  const actions = new Float64Array(n);
  const reachedBy = new Float64Array(n);
  const warnings: string[] = [];
  let reached = to;

  const counts = await overBatches(problem, async (batch) => {
    const { first, last, moving } = batch;
    const { step, action, nfe, run } = prepare(batch);
    const rowsOf = ({ data }: NdArray) => data.subarray(first * size, last * size);
    let steps = 0;
    let saved = 0;
    for (; saved < path.length && path[saved].t === from; saved++) rowsOf(path[saved].x).set(step.x.data);

    const outcome = await run((t, end) => {
      for (; saved < path.length && (path[saved].t - end) * direction <= 0; saved++) {
        const theta = path[saved].t === end ? 1 : (path[saved].t - t) / (end - t);
        step.interpolate(theta, rowsOf(path[saved].x));
      }
      step.accept();
      assertFiniteState(step.x, end, moving);
      steps++;
      onStep?.({ from: t, t: end, step: steps, nfe: nfe(), done: first, samples: n, x: step.x });
    });

    rowsOf(x).set(step.x.data);
    actions.set(action, first);
    reachedBy.fill(outcome.t, first, last);
    if (outcome.warning) warnings.push(`Samples ${first} to ${last - 1}: ${outcome.warning}`);
    if ((outcome.t - reached) * direction < 0) reached = outcome.t;
    return { nfe: nfe(), steps, rejected: outcome.rejected };
  });

  return Object.freeze({
    x,
    t: reached,
    times: reachedBy,
    ...counts,
    path: Object.freeze(
      path.filter(({ t }) => (t - reached) * direction <= 0).map((at) => Object.freeze(at)),
    ),
    action: meanOf(actions),
    actions,
    warnings: Object.freeze(warnings),
  });
}
