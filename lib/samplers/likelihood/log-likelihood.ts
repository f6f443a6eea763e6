import { type NdArray, ndarray, sampleSize, zeros } from "../../array";
import type { Condition } from "../../conditions/condition";
import { maskOf } from "../../conditions/mask";
import { assertKnown, choose, expected } from "../../errors";
import { bindDivergence, type Divergence } from "../../fields/divergence";
import { assertLogDensity, type LogDensity } from "../../fields/log-density";
import { assertRng, type Rng } from "../../random";
import { arrived } from "../arrived";
import type { Moving } from "../moving";
import { type OdeOptions, solveOde } from "../ode";
import { checkedProblem, overBatches } from "../trajectory";

/** Hutchinson's estimate of the divergence, with one probe for all times of a trajectory. */
export interface ProbeOptions {
  /** Source of the probes: sample i's depends on its seed and i alone. */
  readonly rng: Rng;
  /** Entries ±1, for the lower variance, or N(0, 1). Default `"rademacher"`. */
  readonly law?: "rademacher" | "gaussian";
}

/** Options of {@link logLikelihood}. */
export interface LogLikelihoodOptions extends Pick<OdeOptions, "method" | "batch" | "onStep" | "signal"> {
  /**
   * The velocity and its divergence: `fieldDivergence(b)`, `networkDivergence({ network, parameters })` or
   * `trained.divergence()`.
   */
  readonly divergence: Divergence;
  /** Where to evaluate the density, `[n, ...]`. */
  readonly x1: NdArray;
  /** The condition of each sample. Default: none. */
  readonly xi?: Condition;
  /** log ρ_0, such as `standardNormalLogDensity`; evaluated at the time `from`. */
  readonly base: LogDensity;
  /** The time of the base. Default 0. */
  readonly from?: number;
  /**
   * The time of x1. Default 1; before it where the velocity is infinite at the end, and then x1 is a state of
   * the flow at that time, such as `noisyLevels` makes.
   */
  readonly to?: number;
  /** Estimates the divergence by a probe. Default: the divergence is exact, which suits few dimensions. */
  readonly probe?: ProbeOptions;
}

/** What {@link logLikelihood} says. */
export interface LogLikelihood {
  /** log ρ_1(x1 | ξ) in nats, of every sample; log ρ at the time `to`. */
  readonly logDensity: Float64Array;
  /** Where the flow came from, x1's counterpart. */
  readonly x0: NdArray;
  /** Evaluations of the field per sample, as the divergence counts them. */
  readonly nfe: number;
  /** Steps accepted. */
  readonly steps: number;
  /** Steps tried and rejected; 0 for a method with fixed steps. */
  readonly rejected: number;
}

/**
 * The log density of the probability flow at x1. Along a trajectory d log ρ_t(X_t)/dt = −∇·b_t(X_t), so log
 * ρ_1(x1) = log ρ_0(X_0) − ∫₀¹ ∇·b_t(X_t) dt with X solved backwards from x1; the integral is one more
 * coordinate of the same solver, in float64, and enters an adaptive method's error.
 *
 * With a probe the result is random: its mean over probes is the log density, while the mean of its
 * exponential is greater than the density. Where ξ.keep = 1 a coordinate is known: the density is that of the
 * others, given it.
 * @throws when `from` is not before `to`, or the solver stops before it is at `from`; AbortError if it is
 * stopped.
 *
 * @example
 * const flow = exactFlow({ coupling: threeModes({ pairing: "matched" }), interpolant: linear() });
 * const { logDensity } = await logLikelihood({
 *   divergence: fieldDivergence(flow.velocity),
 *   x1: ndarray([1, 2], [4, 0]),
 *   base: flow.logDensity,
 *   method: dopri5(),
 * }); // −1.10, as by flow.logDensity at t = 1
 */
export async function logLikelihood(options: LogLikelihoodOptions): Promise<LogLikelihood> {
  assertKnown(
    options,
    { divergence: true, base: true, probe: true, batch: true, signal: true, method: true, onStep: true },
    "logLikelihood",
    { likely: true },
  );
  const { divergence, x1, base, probe, method, onStep, signal, from = 0, to = 1 } = options;
  if (!(from < to)) throw expected("from before to", `from ${from}, to ${to}`);
  assertLogDensity(base);
  if (probe) assertRng(probe.rng);
  const backwards = { from: to, to: from };
  const problem = checkedProblem(
    { x: x1, ...(options.xi && { xi: options.xi }) },
    { ...backwards, ...(options.batch !== undefined && { batch: options.batch }) },
  );
  const law = probe && choose("the law of a probe", probe.law ?? "rademacher", laws);
  const [n, ...tail] = x1.shape;
  const size = sampleSize(x1);
  const logDensity = new Float64Array(n);
  const x0 = zeros(x1.shape, x1);

  const counts = await overBatches(problem, async ({ first, last, x: start, xi, moving }) => {
    const count = last - first;
    const probes = probe && law && drawProbes(start, moving, (i) => law(probe.rng.fork("probe", first + i)));
    const bound = bindDivergence(divergence, xi);
    let nfe = 0;

    // A row holds a sample and the integral.
    const row = size + 1;
    const states = (rows: NdArray): NdArray => {
      const out = new Float64Array(count * size);
      for (let i = 0; i < count; i++) out.set(rows.data.subarray(i * row, i * row + size), i * size);
      return ndarray([count, ...tail], out);
    };
    const rows = ndarray([count, row], new Float64Array(count * row));
    for (let i = 0; i < count; i++) rows.data.set(start.data.subarray(i * size, (i + 1) * size), i * row);
    const solution = await solveOde(
      async ({ x, t }) => {
        const found = await bound(states(x), t, probes);
        if (!found?.divergence) {
          throw expected("a divergence, such as fieldDivergence(b) or model.divergence()", "a field");
        }
        nfe += found.nfe;
        const out = new Float64Array(count * row);
        for (let i = 0; i < count; i++) {
          out.set(found.value.data.subarray(i * size, (i + 1) * size), i * row);
          out[i * row + size] = found.divergence[i];
        }
        return ndarray([count, row], out);
      },
      { x: rows, xi: maskOfRows(xi, start) },
      {
        method,
        ...backwards,
        ...(signal && { signal }),
        ...(onStep && {
          onStep: (progress) => onStep({ ...progress, nfe, done: first, samples: n, x: states(progress.x) }),
        }),
      },
    );
    arrived(solution, "The way back to the base, which the density takes,", { to: from });
    const ends = states(solution.x);
    x0.data.set(ends.data, first * size);
    const logs = base({ x: ends, t: from, xi });
    for (let i = 0; i < count; i++) logDensity[first + i] = logs[i] + solution.x.data[i * row + size];
    return { nfe, steps: solution.steps, rejected: solution.rejected };
  });
  return Object.freeze({ logDensity, x0, ...counts });
}

/** The mask of ξ, with one more column for the integral, which is not known. */
function maskOfRows(xi: Condition, x: NdArray): Condition {
  const known = maskOf(xi, x)?.known;
  if (!known) return {};
  const [n, size] = [x.shape[0], sampleSize(x)];
  const keep = new Float32Array(n * (size + 1));
  for (let i = 0; i < n; i++) keep.set(known.subarray(i * size, (i + 1) * size), i * (size + 1));
  return { keep: ndarray([n, size + 1], keep) };
}

const laws = {
  rademacher: (rng: Rng) => () => (rng.uniform() < 0.5 ? -1 : 1),
  gaussian: (rng: Rng) => () => rng.normal(),
};

/**
 * Zero at known coordinates, which the divergence leaves out. They draw all the same, so that a probe does
 * not depend on the mask.
 */
function drawProbes(
  x: NdArray,
  { count, hole }: Moving,
  sourceOf: (sample: number) => () => number,
): NdArray {
  const size = sampleSize(x);
  const drawn = new Float64Array(x.data.length);
  for (let i = 0; i < x.shape[0]; i++) {
    const source = sourceOf(i);
    for (let e = i * size; e < (i + 1) * size; e++) drawn[e] = source();
  }
  if (!hole) return ndarray(x.shape, drawn);
  const out = new Float64Array(drawn.length);
  for (let i = 0; i < count; i++) out[hole[i]] = drawn[hole[i]];
  return ndarray(x.shape, out);
}
