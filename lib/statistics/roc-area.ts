import { expected } from "../errors";
import type { ConfidenceInterval } from "./bootstrap";
import { countBelow } from "./count-below";
import { assertLevel } from "./level";
import { meanOf } from "./mean";
import { normalQuantile } from "./normal";
import { wilsonInterval } from "./proportion";

/**
 * The area under the receiver operating characteristic: how often a score of `odd` is above one of `normal`,
 * ties counting half. 1 tells all apart, 0.5 none. With the interval of DeLong, DeLong and Clarke-Pearson
 * (1988), cut to [0, 1]. Where that has no width, as for scores that are all told apart, it is Wilson's of as
 * many pairs as the smaller side has scores: these are independent trials.
 *
 * @example rocArea({ normal: [1, 2, 3, 4], odd: [3, 5, 6] }); // value 0.875
 * @throws when a side has fewer than two scores, one isn't a number, or the level isn't between 0 and 1.
 */
export function rocArea({
  normal,
  odd,
  level = 0.95,
}: {
  readonly normal: ArrayLike<number>;
  readonly odd: ArrayLike<number>;
  readonly level?: number;
}): ConfidenceInterval {
  assertLevel(level);
  if (normal.length < 2 || odd.length < 2) {
    throw expected("two or more scores on each side", `${normal.length} and ${odd.length}`);
  }
  const [low, high] = [Float64Array.from(normal), Float64Array.from(odd)];
  if (low.some(Number.isNaN) || high.some(Number.isNaN)) throw expected("scores that are numbers", "NaN");
  const above = (score: number, sorted: Float64Array) =>
    (countBelow(sorted, score) + countBelow(sorted, score, true)) / (2 * sorted.length);
  const [sortedLow, sortedHigh] = [low.slice().sort(), high.slice().sort()];
  const ofOdd = high.map((score) => above(score, sortedLow));
  const ofNormal = low.map((score) => 1 - above(score, sortedHigh));
  const value = meanOf(ofOdd);
  const error = Math.sqrt(variance(ofOdd) / ofOdd.length + variance(ofNormal) / ofNormal.length);
  if (error === 0) {
    const n = Math.min(low.length, high.length);
    const { low: least, high: most } = wilsonInterval({ successes: value * n, n, level });
    return Object.freeze({ value, low: least, high: most, level });
  }
  const half = normalQuantile((1 + level) / 2) * error;
  return Object.freeze({ value, low: Math.max(0, value - half), high: Math.min(1, value + half), level });
}

const variance = (values: Float64Array) => {
  const centre = meanOf(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
};
