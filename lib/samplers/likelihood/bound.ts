import { type NdArray, ndarray, sampleSize } from "../../array";
import type { Condition } from "../../conditions/condition";
import { assertKnown, expected, throwIfStopped } from "../../errors";
import { assertLogDensity, type LogDensity } from "../../fields/log-density";
import { assertRng, type Rng } from "../../random";
import { derivativeOf } from "../derivative";
import { type Epsilon, sdeTerms, type VelocityAndScore } from "../sde-terms";
import { nodesBetween, type StepOptions, timeSteps } from "../time-grid";
import { checkedProblem, overBatches, type SolveOptions } from "../trajectory";

export interface LikelihoodBoundOptions extends StepOptions, Pick<SolveOptions, "batch" | "signal"> {
  /** Where to evaluate the density, `[n, ...]`. */
  readonly x1: NdArray;
  /** The condition of each sample. Default: none. */
  readonly xi?: Condition;
  /** log ρ_0, such as `standardNormalLogDensity`; evaluated at the time `from`. */
  readonly base: LogDensity;
  /** ε_t > 0 in the middle of each step. */
  readonly epsilon: Epsilon;
  /** Source of the paths: those of sample i depend on its seed and i alone. */
  readonly rng: Rng;
  /** Paths from each sample. Default 1. */
  readonly paths?: number;
  /** The time of the base. Default 0; choose it above 0 where the score is infinite there. */
  readonly from?: number;
  /** The time of x1. Default 1; choose it below 1 where the score is infinite there. */
  readonly to?: number;
}

/** What {@link likelihoodBound} says. */
export interface LikelihoodBound {
  /**
   * An unbiased estimate of a lower bound of log ρ_1(x1 | ξ) in nats, of every sample: the mean of log w over
   * the paths.
   */
  readonly bound: Float64Array;
  /**
   * The logarithm of the mean of w: a tighter lower bound in expectation, log ρ_1 in the limit of many paths.
   */
  readonly weighted: Float64Array;
  /** Evaluations of velocity and score per sample. */
  readonly nfe: number;
}

/** The names of options that a misspelling can be told of. */
const known = {
  base: true,
  epsilon: true,
  paths: true,
  batch: true,
  signal: true,
  steps: true,
  grid: true,
  times: true,
} as const;

/**
 * A lower bound of the log density of what the stochastic sampler draws: of the chain X_0 ~ ρ_0, X_{k+1} =
 * X_k + h (b + ε s)(X_k) + √(2εh) ζ, which is `solveSde` by Euler-Maruyama with ε taken in the middle of each
 * step.
 *
 * Let p(y' | y) be this chain's transition densities and q(y | y') those of the backward equation,
 * Y_k = Y_{k+1} − h (b − ε s)(Y_{k+1}) + √(2εh) ζ_k with Y_N = x1. For any q,
 *
 *     ρ_1(x1) = E_q[w],    w = ρ_0(Y_0) Π_k p(Y_{k+1} | Y_k) / q(Y_k | Y_{k+1}),
 *
 * since the sum over paths of q w is that of ρ_0 Π p. By Jensen's inequality log ρ_1(x1) ≥ E_q[log w]. Both
 * transitions are Gaussian of variance 2εh, so with the noise ζ_k drawn for q,
 *
 *     log w = log ρ_0(Y_0) + Σ_k ½|ζ_k|² − |Y_{k+1} − Y_k − h (b + ε s)(Y_k)|² / (4εh).
 *
 * The gap is the Kullback-Leibler divergence of the forward paths that end in x1 from the backward ones. As h
 * → 0 it tends to ∫ ε E|s − ∇ log ρ_t|² dt over the backward paths, with the density ρ_t of the forward
 * equation (compare Albergo, Boffi and Vanden-Eijnden, 2023, arXiv 2303.08797): 0 where s is the score of the
 * flow of b. No divergence is needed, so it suits images.
 * @throws where ε is 0 in the middle of a step, or the score is not finite; AbortError if it is stopped.
 *
 * @example
 * const coupling = threeModes({ pairing: "independent" });
 * const { velocity, score, logDensity } = exactFlow({ coupling, interpolant: linear() });
 * const { bound, weighted } = await likelihoodBound(
 *   { b: velocity, s: score },
 *   {
 *     x1: ndarray([1, 2], [4, 0]),
 *     base: logDensity,
 *     epsilon: (t) => t * (1 - t),
 *     rng: rng(1),
 *     steps: 50,
 *     paths: 8,
 *   },
 * ); // bound −2.11, weighted −0.94; logDensity at t = 1 is −1.10
 */
export async function likelihoodBound(
  fields: VelocityAndScore,
  options: LikelihoodBoundOptions,
): Promise<LikelihoodBound> {
  assertKnown(options, known, "likelihoodBound", { likely: true });
  const { x1, base, rng, paths = 1, from = 0, to = 1, signal } = options;
  assertRng(rng);
  assertLogDensity(base);
  if (!(Number.isInteger(paths) && paths > 0)) throw expected("1 or more paths", `${paths}`);
  if (!(from < to)) throw expected("from before to", `from ${from}, to ${to}`);
  const problem = checkedProblem(
    { x: x1, ...(options.xi && { xi: options.xi }) },
    { from, to, ...(options.batch !== undefined && { batch: options.batch }) },
  );
  const nodes = nodesBetween(timeSteps("the bound", options), from, to);
  const terms = sdeTerms(fields, options.epsilon);
  const steps = nodes.length - 1;
  const epsilons = Array.from({ length: steps }, (_, k) => {
    const middle = (nodes[k] + nodes[k + 1]) / 2;
    const epsilon = terms.epsilon(middle);
    if (epsilon === 0) throw expected("an epsilon above 0 for a bound", `0 at t = ${middle}`);
    return epsilon;
  });
  const undefinedAt = nodes.find(terms.scoreIsUndefined);
  if (undefinedAt !== undefined) {
    throw expected(
      "an interval on which the score −g / γ is defined",
      `one with γ = 0 at t = ${undefinedAt}`,
      "Pass from and to inside (0, 1), such as 0.001 and 0.999, or an exact score.",
    );
  }

  const n = x1.shape[0];
  const size = sampleSize(x1);
  const bound = new Float64Array(n);
  const weighted = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const { nfe } = await overBatches(problem, async ({ first, last, x: start, xi, moving }) => {
    const { hole, starts } = moving;
    const samples = last - first;
    const velocity = derivativeOf(terms.b, { xi, moving, name: "velocity", advice });
    const score = derivativeOf(terms.s, { xi, moving, name: "score", advice });
    const [b, s, zeta] = [0, 1, 2].map(() => new Float64Array(start.data.length));
    for (let path = 0; path < paths; path++) {
      const sources = Array.from({ length: samples }, (_, i) => rng.fork("bound", first + i, path));
      const logs = new Float64Array(samples);
      // Y_k and Y_{k+1}, equal where nothing moves.
      let [y, after] = [0, 1].map(() => ndarray(start.shape, Float64Array.from(start.data)));
      const evaluate = async (k: number) => {
        await velocity(y, nodes[k], b);
        await score(y, nodes[k], s);
      };
      await evaluate(steps);
      for (let k = steps - 1; k >= 0; k--) {
        throwIfStopped(signal, "The likelihood bound");
        const h = nodes[k + 1] - nodes[k];
        const epsilon = epsilons[k];
        const deviation = Math.sqrt(2 * epsilon * h);
        // Known values draw as well, so that a path does not depend on the mask.
        for (let e = 0; e < zeta.length; e++) zeta[e] = sources[Math.floor(e / size)].normal();
        [y, after] = [after, y];
        for (let i = 0; i < samples; i++) {
          for (let m = starts[i]; m < starts[i + 1]; m++) {
            const e = hole ? hole[m] : m;
            y.data[e] = after.data[e] - h * (b[e] - epsilon * s[e]) + deviation * zeta[e];
            logs[i] += (zeta[e] * zeta[e]) / 2;
          }
        }
        await evaluate(k);
        for (let i = 0; i < samples; i++) {
          for (let m = starts[i]; m < starts[i + 1]; m++) {
            const e = hole ? hole[m] : m;
            const off = (after.data[e] - y.data[e] - h * (b[e] + epsilon * s[e])) / deviation;
            logs[i] -= (off * off) / 2;
          }
        }
      }
      const ends = base({ x: y, t: from, xi });
      for (let i = 0; i < samples; i++) {
        const log = logs[i] + ends[i];
        bound[first + i] += log / paths;
        weighted[first + i] = logSum(weighted[first + i], log - Math.log(paths));
      }
    }
    return { nfe: 2 * paths * nodes.length, steps, rejected: 0 };
  });
  return Object.freeze({ bound, weighted, nfe });
}

const advice =
  "Look there: a diverged network, or a score that is infinite at this time; then pass from and to inside " +
  "(0, 1).";

/** log(e^a + e^b). */
function logSum(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}
