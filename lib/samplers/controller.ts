import type { Floats } from "../array";
import type { AdaptiveMethod } from "./methods/adaptive-method";
import type { OdeStep } from "./ode-step";

/**
 * Step control of adaptive methods, by Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations:
 * error norm and first step by volume I, section II.4, the PI controller by volume II, section IV.2.
 *
 * Choosing tolerances. A step is good when its estimated error is at most atol + rtol |x|, in the root mean
 * square over all values that move. That is the error of one step: errors add up, and the final one is often
 * a few times larger.
 *
 * - Start at 1e-3 for both. Pixels lie in [-1, 1], so rtol |x| is at most rtol and the two count about the
 *   same; 1e-3 is an eighth of one of 256 levels. For data in other units choose atol in these units: it
 *   decides where x is near 0.
 * - To see whether that is enough, solve some samples again with a tenth of both and compare what you
 *   measure. Pictures and distances of distributions rarely need more than 1e-3; densities and round trips
 *   are worth 1e-5.
 * - Networks compute in float32. Below about 1e-6 its rounding hides the error, and the controller chases
 *   noise with ever shorter steps. Exact fields of float64 states go down to 1e-12.
 * - All samples of a batch share their steps, and a single one that is hard to solve counts little in the
 *   mean over many. Where each must be accurate, solve in small batches.
 *
 * What to do on a warning.
 *
 * - "after … steps, the most allowed": the field is rough, or the tolerances are below its noise. Raise the
 *   tolerances or maxSteps, or take fixed steps.
 * - "below the least": the field jumps or becomes infinite at that time, as with a γ̇ that is infinite at the
 *   ends. End the interval inside, such as at 0.001 and 0.999, or take fixed steps.
 */

/**
 * Root mean square of values over atol + rtol max(|a|, |b|), over what moves. At most 1 where the error is
 * tolerated.
 */
export function errorNorm(
  { moving: { count, hole } }: Pick<OdeStep, "moving">,
  { rtol, atol }: Pick<AdaptiveMethod, "rtol" | "atol">,
  { values, a, b }: Readonly<Record<"values" | "a" | "b", Floats>>,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const e = hole ? hole[i] : i;
    if (values[e] === 0) continue; // also where nothing is tolerated: atol = 0 at x = 0
    const ratio = values[e] / (atol + rtol * Math.max(Math.abs(a[e]), Math.abs(b[e])));
    sum += ratio * ratio;
  }
  return Math.sqrt(sum / Math.max(count, 1));
}

/**
 * The length of a first step over `span` of time from `t`, negative backwards; costs one evaluation or two.
 */
export async function firstStep(
  step: OdeStep,
  method: AdaptiveMethod,
  t: number,
  span: number,
): Promise<number> {
  const x = step.x.data;
  const norm = (values: Floats) => errorNorm(step, method, { values, a: x, b: x });
  const first = await step.derivative(t);
  const d0 = norm(x);
  const d1 = norm(first);
  if (d1 === Number.POSITIVE_INFINITY) return Math.min(1e-6, Math.abs(span)); // nothing is tolerated at x = 0
  const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, Math.abs(span));
  const second = await step.derivativeAfter(t, Math.sign(span) * h0);
  const change = Float64Array.from(second, (value, e) => value - first[e]);
  const d2 = norm(change) / h0;
  const steepest = Math.max(d1, d2);
  const h1 = steepest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / steepest) ** (1 / method.tableau.order);
  return Math.min(100 * h0, h1, Math.abs(span));
}

/**
 * Chooses step lengths for a method of this order: given the length and error norm of the step just tried, it
 * returns the length to try next, 0.9 h err^(0.03 − 1/p) previous^0.04 within h/5 and 10h, and not longer
 * than h right after a rejection.
 */
export function piController(order: number): (h: number, error: number) => number {
  const power = 1 / order - 0.03;
  let previous = 1e-4;
  let justRejected = false;
  return (h, error) => {
    const slow = error ** power;
    if (!(error <= 1)) {
      justRejected = true;
      return h / (slow < 4.5 ? slow / 0.9 : 5);
    }
    const grown = h / Math.min(Math.max(slow / previous ** 0.04 / 0.9, 0.1), 5);
    const length = justRejected ? Math.min(grown, h) : grown;
    previous = Math.max(error, 1e-4);
    justRejected = false;
    return length;
  };
}
