import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { conditionalVariance } from "../../lib/statistics";

describe("conditionalVariance", () => {
  it("is the variance of the noise about a curve, in whatever order the pairs are", () => {
    const n = 40_000;
    const random = rng(1);
    const x = Array.from({ length: n }, () => random.uniform());
    const y = x.map((value) => Math.sin(6 * value) + 0.3 * random.normal());
    // Its own standard deviation is about 0.09 √(3 / n).
    expect(Math.abs(conditionalVariance(y, x) - 0.09)).toBeLessThan(0.09 * 4 * Math.sqrt(3 / n));
  });

  it("is half the mean square of steps, by hand", () => {
    expect(conditionalVariance([5, 1, 2], [3, 1, 2])).toBeCloseTo((1 / 2 + 9 / 2) / 2, 12);
  });

  it("refuses sets of different sizes, and single pairs", () => {
    expect(() => conditionalVariance([1, 2], [1])).toThrow(/as many x as y/);
    expect(() => conditionalVariance([1], [1])).toThrow(/2 or more/);
  });
});
