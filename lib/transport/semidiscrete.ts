import { assertShape, type NdArray, sampleSize } from "../array";
import { assertFinite, expected, throwIfStopped } from "../errors";
import { assertRng, type Base, type Rng, standardNormalBase } from "../random";
import { meanOf } from "../statistics/mean";
import { squaredDistance } from "../statistics/squared-distance";

/**
 * Which point each base draw goes to under potentials g: the index of the least ½|x − y_j|² − g_j, its
 * Laguerre cell. `plainCells` is the default; `compiledCells` is faster for many points.
 */
export type CellFinder = (x: NdArray, potentials: Float64Array) => Int32Array | Promise<Int32Array>;

/** Options of {@link semidiscrete}. */
export interface SemidiscreteOptions {
  /** The data y_1 … y_N, `[N, ...]`, each of mass 1/N. */
  readonly points: NdArray;
  /** Draws the base ρ₀, samples of the shape of the points. Default N(0, I). */
  readonly base?: Base;
  /** Base draws in each step. A point should be drawn some tens of times: batch · steps ≥ 20 N. */
  readonly batch: number;
  /** Steps of stochastic ascent. */
  readonly steps: number;
  /** Source of the base draws. */
  readonly rng: Rng;
  /**
   * How far a draw moves the potential of its point in the first step, in units of ½|x|²; less by N / batch
   * where a batch holds more draws than there are points. Default: the standard deviation, over draws, of the
   * cost to the nearest point.
   */
  readonly rate?: number;
  /** Default `plainCells(points)`. */
  readonly cells?: CellFinder;
  /** Potentials to go on from. Default 0. */
  readonly start?: Float64Array;
  /** Called after every step, with the steps done and those in all. */
  readonly onStep?: (progress: { readonly step: number; readonly steps: number }) => void;
  /** Stops the work between two steps, with an `AbortError`. */
  readonly signal?: AbortSignal;
}

/** Optimal transport from a density to points, by one number for each point. */
export interface SemidiscretePlan {
  /** The data that the plan leads to. */
  readonly points: NdArray;
  /** g, of mean 0, in units of ½|x − y|². */
  readonly potentials: Float64Array;
  /** The point that each base draw goes to. */
  assign(x: NdArray): Int32Array | Promise<Int32Array>;
}

/** What a plan does to fresh base draws. */
export interface SemidiscreteCheck {
  /** Mean |x − y|² of the pairs. */
  readonly cost: number;
  /**
   * A lower bound of the least cost, up to sampling: 2 (E min_j [½|x − y_j|² − g_j] + mean g). It is below
   * `cost` by 2 Σ g_j (share_j − 1/N), which is 0 once every point gets its mass.
   */
  readonly dual: number;
  /**
   * How unevenly points are chosen: the variance of their counts over that of as many draws from a uniform
   * law. 1: as even as chance allows.
   */
  readonly dispersion: number;
  /** The share of the points that were never chosen; by chance (1 − 1/N)^n. */
  readonly neverChosen: number;
}

/**
 * Semidiscrete optimal transport of a base density to a finite data set, for the cost |x − y|² (Genevay et
 * al., 2016; for flow matching Mousavi-Hosseini et al., arXiv 2509.25519). By duality the plan is x ↦
 * argmin_j ½|x − y_j|² − g_j for the g that maximises
 *
 *     E_x min_j (½|x − y_j|² − g_j) + (1/N) Σ_j g_j,
 *
 * which is concave, with the gradient 1/N − P(x goes to y_j). It is climbed by stochastic gradients: each
 * draw lowers the potential of the point that it chose, and all rise together, by steps that fall as 1/√k;
 * the result is the mean over the second half of the steps. Unlike a plan between batches, nothing is solved
 * again for each batch, and its pairs are those of the whole data set. Time: batch · steps · N · d.
 *
 * @example
 * const points = data.x;
 * const plan = await semidiscrete({ points, batch: 64, steps: 100, rng: rng(0) });
 * const { cost, dual } = await checkSemidiscrete(plan, rng(1).normals([500, 2]));
 * @throws when there are no points, one isn't finite, or a number is not above 0; AbortError if the work is
 * stopped. `assign` throws for draws of another shape.
 */
export async function semidiscrete(options: SemidiscreteOptions): Promise<SemidiscretePlan> {
  const { points, base = standardNormalBase, batch, steps, rng, start, onStep, signal } = options;
  const n = points.shape[0];
  if (!(n > 0)) throw expected("one point or more", "none");
  assertRng(rng);
  assertFinite(points.data, "finite points");
  const { cells = plainCells(points) } = options;
  for (const [name, value] of Object.entries({ batch, steps })) {
    if (!(Number.isInteger(value) && value > 0))
      throw expected(`a whole number above 0 as ${name}`, `${value}`);
  }
  if (start && start.length !== n) throw expected(`${n} potentials to start from`, `${start.length}`);
  if (start) assertFinite(start, "finite potentials to start from");
  const drawn = (key: string | number) => {
    const shape = [batch, ...points.shape.slice(1)];
    const x = base(shape, rng.fork(key));
    assertShape(x, shape, "draws of the base, like the points,");
    return x;
  };
  const rate = options.rate ?? (await spreadOfCosts(drawn("rate"), points, cells));
  if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) throw expected("a rate above 0", `${rate}`);

  const g = start ? Float64Array.from(start) : new Float64Array(n);
  const sum = new Float64Array(n);
  const averaged = Math.max(1, Math.ceil(steps / 2));
  // All potentials rise together, which changes no cell: only what was chosen falls.
  for (let k = 0; k < steps; k++) {
    throwIfStopped(signal, `The transport plan for ${n} points`);
    const step = (rate * Math.min(1, n / batch)) / Math.sqrt(k + 1);
    for (const j of await cells(drawn(k), g)) g[j] -= step;
    if (k >= steps - averaged) for (let j = 0; j < n; j++) sum[j] += g[j];
    onStep?.({ step: k + 1, steps });
  }
  const mean = sum.reduce((total, value) => total + value, 0) / n;
  const potentials = sum.map((value) => (value - mean) / averaged);
  return Object.freeze({ points, potentials, assign: (x: NdArray) => cells(x, potentials) });
}

/** Measures a plan on base draws that it has not seen. @throws when there are none. */
export async function checkSemidiscrete(plan: SemidiscretePlan, x: NdArray): Promise<SemidiscreteCheck> {
  const { points, potentials } = plan;
  const n = points.shape[0];
  const draws = x.shape[0];
  if (!(draws > 0)) throw expected("one base draw or more", "none");
  const to = await plan.assign(x);
  const counts = new Float64Array(n);
  let [cost, dual] = [0, 0];
  to.forEach((j, i) => {
    counts[j]++;
    const squared = squaredDistance(x, i, points, j);
    cost += squared / draws;
    dual += (squared - 2 * potentials[j]) / draws;
  });
  const each = draws / n;
  const variance = counts.reduce((sum, count) => sum + (count - each) ** 2, 0) / n;
  return Object.freeze({
    cost,
    dual,
    dispersion: n === 1 ? 1 : variance / (each * (1 - 1 / n)),
    neverChosen: counts.reduce((sum, count) => sum + (count === 0 ? 1 : 0), 0) / n,
  });
}

/**
 * Finds Laguerre cells by going over all points for each draw.
 * @throws (the function) for draws of another shape than the points', or another number of potentials.
 */
export function plainCells(points: NdArray): CellFinder {
  const n = points.shape[0];
  const d = sampleSize(points);
  const halves = halfSquares(points);
  const { data } = points;
  return (x, potentials) => {
    assertCells(points, x, potentials);
    return Int32Array.from({ length: x.shape[0] }, (_, i) => {
      let [best, most] = [0, Number.NEGATIVE_INFINITY];
      for (let j = 0; j < n; j++) {
        let score = potentials[j] - halves[j];
        for (let k = 0, p = i * d, q = j * d; k < d; k++) score += x.data[p + k] * data[q + k];
        if (score > most) [best, most] = [j, score];
      }
      return best;
    });
  };
}

/**
 * Checks what a `CellFinder` of these points is given.
 * @throws unless draws have the points' shape, and there is a potential for each point.
 */
export function assertCells(points: NdArray, x: NdArray, potentials: ArrayLike<number>): void {
  assertShape(x, [-1, ...points.shape.slice(1)], "base draws, like the points,");
  if (potentials.length !== points.shape[0]) {
    throw expected(`${points.shape[0]} potentials, one for each point`, `${potentials.length}`);
  }
}

/** ½|y|² of every point. */
export function halfSquares(points: NdArray): Float64Array {
  const d = sampleSize(points);
  const { data } = points;
  const out = new Float64Array(points.shape[0]);
  for (let e = 0; e < data.length; e++) out[Math.floor(e / d)] += data[e] ** 2 / 2;
  return out;
}

async function spreadOfCosts(x: NdArray, points: NdArray, cells: CellFinder): Promise<number> {
  const to = await cells(x, new Float64Array(points.shape[0]));
  const costs = Array.from(to, (j, i) => squaredDistance(x, i, points, j) / 2);
  const mean = meanOf(costs);
  return Math.sqrt(costs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / costs.length) || 1;
}
