import { assertShape, type NdArray } from "../array";
import { atBase, type Start } from "../couplings/coupling";
import type { Field } from "../fields/field";
import { type OdeOptions, type Solution, solveOde } from "../samplers";
import { arrived } from "../samplers/arrived";
import { type Quartiles, quartiles, type Repetitions, repeated } from "./repetitions";

/** Options of {@link measureSampling}. */
export interface SamplingCostOptions extends Pick<OdeOptions, "method" | "batch" | "signal"> {
  /** The velocity of the flow. */
  readonly b: Field;
  /** Where the flow starts: draws of the base with their conditions. */
  readonly start: Start;
  /** The same flow solved much more accurately, to compare the samples with. */
  readonly reference: NdArray;
  /**
   * How often the solve is timed, and when other programs disturb it too much. Default 3 times, a tenth of
   * the processors.
   */
  readonly repetitions?: Repetitions;
}

/** What drawing samples costs, and how accurate they are. */
export interface SamplingCost extends Quartiles {
  /** Evaluations of the velocity per sample. */
  readonly nfe: number;
  /** The share of the processors that other programs took meanwhile. */
  readonly others: number;
  /**
   * Root mean square, over all values, of the difference from the reference: the error of the solver alone.
   */
  readonly error: number;
}

/**
 * Solves a flow several times, in this process, after one evaluation that isn't timed.
 *
 * @example
 * const reference = (await solveOde(b, atBase(pairs), { method: dopri5() })).x;
 * for (const steps of [5, 10]) {
 *   const method = euler({ steps });
 *   const { error, seconds } = await measureSampling({ b, start: pairs, reference, method });
 *   console.log(`${steps} steps: error ${error.toFixed(4)} in ${seconds.toFixed(3)} s`);
 * }
 * @throws as `solveOde`, and where an adaptive method gives up before t = 1.
 */
export async function measureSampling(options: SamplingCostOptions): Promise<SamplingCost> {
  const { b, start, reference, repetitions = { calls: 3, others: 0.1 }, ...solve } = options;
  assertShape(reference, start.x0.shape, "the reference, like x0,");
  await b({ x: start.x0, t: 0, xi: start.xi });
  const clock = repeated(repetitions, 1);
  let last: Solution | undefined;
  while (!clock.tick()) last = await solveOde(b, atBase(start), solve);
  const times = clock.times();
  const { nfe, x } = arrived(last as Solution, "The flow whose cost is measured");
  return Object.freeze({
    nfe,
    ...quartiles(times),
    others: times.others,
    error: rootMeanSquare(x.data, reference.data),
  });
}

function rootMeanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0;
  for (let e = 0; e < a.length; e++) squares += (a[e] - b[e]) ** 2;
  return Math.sqrt(squares / a.length);
}
