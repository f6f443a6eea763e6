import { assertKnown, expected } from "../../errors";
import type { TimeDensity } from "./time-density";

/**
 * Times whose logit log(t/(1−t)) is N(mean, deviation²) (Esser et al., 2024): most in the middle, and later
 * ones, nearer the data, for a mean above 0.
 * @throws unless the deviation is above 0.
 *
 * @example
 * const timeDensity = logitNormalTimes({ mean: 0.5 });
 * const model = await train({ data, coupling, interpolant, network, timeDensity, steps: 10, seed: 0 });
 */
export function logitNormalTimes(
  options: { readonly mean?: number; readonly deviation?: number } = {},
): TimeDensity {
  assertKnown(options, { mean: true, deviation: true }, "logitNormalTimes");
  const { mean = 0, deviation = 1 } = options;
  if (!Number.isFinite(mean)) throw expected("a finite mean of the times' logit", `${mean}`);
  if (!(deviation > 0 && deviation < Number.POSITIVE_INFINITY)) {
    throw expected("a deviation of the times' logit above 0", `${deviation}`);
  }
  return Object.freeze({
    name: `logit-normal(${mean}, ${deviation})`,
    density(t: number) {
      const score = (Math.log(t / (1 - t)) - mean) / deviation;
      return Math.exp((-score * score) / 2) / (t * (1 - t));
    },
  });
}
