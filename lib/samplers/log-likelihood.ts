import { type NdArray, ndarray, sampleSize, sliceRows, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { maskOf } from "../conditions/mask";
import { conditionRows } from "../conditions/rows";
import { choose, UsageError } from "../errors";
import type { Divergence } from "../fields/divergence";
import type { LogDensity } from "../fields/log-density";
import type { Rng } from "../random";
import { type IntegrateOptions, integrate } from "./integrate";
import { problem } from "./problem";

/** Hutchinson's estimate of the divergence, with one probe for all times of a trajectory. */
export interface ProbeOptions {
  /** Source of the probes: sample i's is decided by its seed and i alone. */
  readonly rng: Rng;
  /** Entries ±1, which has the lesser variance, or N(0, 1). Default `"rademacher"`. */
  readonly law?: "rademacher" | "gaussian";
}

export interface LogLikelihoodOptions
  extends Pick<IntegrateOptions, "method" | "batch" | "onStep" | "signal"> {
  /** The velocity and its divergence: `fieldDivergence(b)`, `networkDivergence({ network, parameters })` or `trained.divergence()`. */
  readonly divergence: Divergence;
  /** Where the density is asked for, `[n, ...]`. */
  readonly x1: NdArray;
  readonly xi?: Condition;
  /** log ρ_0, such as `standardNormal`; asked for at t = 0. */
  readonly base: LogDensity;
  /** Estimates the divergence by a probe. Default: the divergence is exact, which suits few dimensions. */
  readonly probe?: ProbeOptions;
}

export interface LogLikelihood {
  /** log ρ_1(x1 | ξ) in nats, of every sample. */
  readonly logDensity: Float64Array;
  /** Where the flow came from, x1's counterpart. */
  readonly x0: NdArray;
  /** Evaluations of the field per sample, as the divergence counts them. */
  readonly nfe: number;
  readonly steps: number;
  readonly rejected: number;
}

/**
 * The log density of the probability flow at x1. Along a trajectory d log ρ_t(X_t)/dt = −∇·b_t(X_t), so
 * log ρ_1(x1) = log ρ_0(X_0) − ∫₀¹ ∇·b_t(X_t) dt with X solved backwards from x1; the integral is one more coordinate of
 * the same solver, in float64, and counts in an adaptive method's error.
 *
 * With a probe the result is random: its mean over probes is the log density, while the mean of its exponential is greater than the density.
 * Where ξ.keep = 1 a coordinate is known: the density is that of the others, given it.
 * @throws when the solver stops before t = 0.
 */
export async function logLikelihood(options: LogLikelihoodOptions): Promise<LogLikelihood> {
  const { divergence, x1, base, probe, method, onStep, signal } = options;
  const { begin, xi, batch } = problem(
    { x0: x1, xi: options.xi ?? {} },
    { from: 1, to: 0, ...(options.batch !== undefined && { batch: options.batch }) },
  );
  const law = probe && choose("the law of a probe", probe.law ?? "rademacher", laws);
  const [n, ...tail] = begin.shape;
  const size = sampleSize(begin);
  const logDensity = new Float64Array(n);
  const x0 = zeros(begin.shape, begin);
  const totals = { nfe: 0, steps: 0, rejected: 0 };

  for (let first = 0; first < n; first += batch) {
    const last = Math.min(first + batch, n);
    const count = last - first;
    const part = conditionRows(xi, first, last);
    const start = sliceRows(begin, first, last);
    const known = maskOf(part, start)?.known;
    const probes = probe && law && drawProbes(start, known, (i) => law(probe.rng.fork("probe", first + i)));
    let nfe = 0;

    // A row holds a sample and the integral.
    const row = size + 1;
    const states = (rows: NdArray): NdArray => {
      const out = new Float64Array(count * size);
      for (let i = 0; i < count; i++) out.set(rows.data.subarray(i * row, i * row + size), i * size);
      return ndarray([count, ...tail], out);
    };
    const begins = new Float64Array(count * row);
    const keep = new Float32Array(known ? count * row : 0);
    for (let i = 0; i < count; i++) {
      begins.set(start.data.subarray(i * size, (i + 1) * size), i * row);
      if (known) keep.set(known.subarray(i * size, (i + 1) * size), i * row);
    }
    const result = await integrate(
      async ({ x, t }) => {
        const found = await divergence({ x: states(x), t, xi: part }, probes);
        nfe += found.nfe;
        const out = new Float64Array(count * row);
        for (let i = 0; i < count; i++) {
          out.set(found.value.data.subarray(i * size, (i + 1) * size), i * row);
          out[i * row + size] = found.divergence[i];
        }
        return ndarray([count, row], out);
      },
      { x0: ndarray([count, row], begins), xi: known ? { keep: ndarray([count, row], keep) } : {} },
      {
        method,
        from: 1,
        to: 0,
        ...(signal && { signal }),
        ...(onStep && {
          onStep: (progress) => onStep({ ...progress, nfe, done: first, samples: n, x: states(progress.x) }),
        }),
      },
    );
    if (result.warnings.length > 0) {
      throw new UsageError(
        `The way back to the base ended early, so there is no density. ${result.warnings[0]}`,
      );
    }
    const ends = states(result.x0);
    x0.data.set(ends.data, first * size);
    const logs = base({ x: ends, t: 0, xi: part });
    for (let i = 0; i < count; i++) logDensity[first + i] = logs[i] + result.x0.data[i * row + size];
    totals.nfe += (nfe * count) / n;
    totals.steps += (result.steps * count) / n;
    totals.rejected += (result.rejected * count) / n;
  }
  return Object.freeze({ logDensity, x0, ...totals });
}

const laws = {
  rademacher: (rng: Rng) => () => (rng.uniform() < 0.5 ? -1 : 1),
  gaussian: (rng: Rng) => () => rng.normal(),
};

/** Zero at known coordinates, which have no part in the divergence. */
function drawProbes(
  x: NdArray,
  known: Uint8Array | undefined,
  sourceOf: (sample: number) => () => number,
): NdArray {
  const size = sampleSize(x);
  const out = new Float64Array(x.data.length);
  for (let i = 0; i < x.shape[0]; i++) {
    const source = sourceOf(i);
    for (let e = i * size; e < (i + 1) * size; e++) {
      const value = source();
      out[e] = known && known[e] === 1 ? 0 : value;
    }
  }
  return ndarray(x.shape, out);
}
