import { assertShape, type NdArray } from "../array";
import type { Start } from "../couplings/coupling";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import { quantile } from "../metrics/quantile";
import { type IntegrateOptions, integrate } from "../samplers";

export interface SamplingCostOptions extends Pick<IntegrateOptions, "method" | "batch" | "signal"> {
  readonly b: Field;
  readonly start: Start;
  /** The same flow solved much more accurately, to compare the samples with. */
  readonly reference: NdArray;
  /** How often it is timed. Default 3. */
  readonly repetitions?: number;
}

/** What drawing samples costs, and how accurate they are. */
export interface SamplingCost {
  readonly nfe: number;
  /** Median time by the clock, and quartiles. */
  readonly seconds: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** Root mean square, over all values, of the difference from the reference: the error of the solver alone. */
  readonly error: number;
}

/** Solves a flow several times, in this process, after one evaluation that isn't timed. */
export async function measureSampling(options: SamplingCostOptions): Promise<SamplingCost> {
  const { b, start, reference, repetitions = 3, ...solve } = options;
  if (!(Number.isInteger(repetitions) && repetitions >= 1)) {
    throw expected("1 repetition or more", `${repetitions}`);
  }
  assertShape(reference, start.x0.shape, "the reference, like x0,");
  await b({ x: start.x0, t: 0, xi: start.xi });
  const seconds: number[] = [];
  let nfe = 0;
  let error = 0;
  for (let k = 0; k < repetitions; k++) {
    const begin = performance.now();
    const flow = await integrate(b, start, solve);
    seconds.push((performance.now() - begin) / 1000);
    nfe = flow.nfe;
    error = rootMeanSquare(flow.x1.data, reference.data);
  }
  return Object.freeze({
    nfe,
    seconds: quantile(seconds, 0.5),
    lowerQuartile: quantile(seconds, 0.25),
    upperQuartile: quantile(seconds, 0.75),
    error,
  });
}

function rootMeanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0;
  for (let e = 0; e < a.length; e++) squares += (a[e] - b[e]) ** 2;
  return Math.sqrt(squares / a.length);
}
