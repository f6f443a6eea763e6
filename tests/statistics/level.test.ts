import { expect, it } from "vitest";
import { rng } from "../../lib/random";
import {
  additiveLaw,
  bootstrap,
  meanDifference,
  meanInterval,
  pairedComparison,
  powerLaw,
  rocArea,
  spread,
  summaryDifference,
  wilsonInterval,
} from "../../lib/statistics";

const [a, b] = [
  [1, 2, 3, 4],
  [2, 3, 5, 6],
];

const intervals: Readonly<Record<string, (level: number) => unknown>> = {
  additiveLaw: (level) => additiveLaw({ x: { n: a }, y: b }).at({ n: 2 }, { level }),
  bootstrap: (level) => bootstrap({ n: 4, statistic: (rows) => a[rows[0]], rng: rng(0), level }),
  summaryDifference: (level) => summaryDifference(spread(a), spread(b), { level }),
  meanDifference: (level) => meanDifference(a, b, { level }),
  meanInterval: (level) => meanInterval(a, { level }),
  "meanInterval of one value": (level) => meanInterval([1], { level }),
  pairedComparison: (level) => pairedComparison({ a: [a], b: [b], level }),
  powerLaw: (level) => powerLaw({ x: { n: a }, y: b }).at({ n: 2 }, { level }),
  rocArea: (level) => rocArea({ normal: a, odd: b, level }),
  wilsonInterval: (level) => wilsonInterval({ successes: 1, n: 2, level }),
};

it.each(Object.entries(intervals))("%s refuses a level that isn't between 0 and 1", (_, interval) => {
  for (const level of [0, 1, -0.95, 95, Number.NaN]) {
    expect(() => interval(level)).toThrow(`a level between 0 and 1, such as 0.95, but received ${level}`);
  }
  expect(() => interval(0.9)).not.toThrow();
});
