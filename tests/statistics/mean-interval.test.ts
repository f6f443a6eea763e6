import { describe, expect, it } from "vitest";
import { holm, meanDifference, meanInterval, spread, summaryDifference } from "../../lib/statistics";

// Quantiles of Student's t from printed tables: 12.706 (1 degree of freedom), 4.303 (2), 2.776 (4).

const unknown = { low: Number.NaN, high: Number.NaN, half: Number.NaN, pValue: Number.NaN };

describe("meanInterval", () => {
  it("is the mean ± t s / √n", () => {
    const { value, half, n } = meanInterval([1, 2, 3]);
    expect({ value, n }).toEqual({ value: 2, n: 3 });
    expect(half).toBeCloseTo(4.3027 / Math.sqrt(3), 4);
    expect(meanInterval([10, 20]).half).toBeCloseTo(12.7062 * 5, 3);
    const at80 = meanInterval(Float64Array.of(1, 2, 3), { level: 0.8 }); // t is 1.8856
    expect(at80.low).toBeCloseTo(2 - 1.8856 / Math.sqrt(3), 4);
    expect(at80.high).toBeCloseTo(2 + 1.8856 / Math.sqrt(3), 4);
    expect(at80.level).toBe(0.8);
  });

  it("gives the two-sided p-value of the t test", () => {
    // t = 2 √3 on 2 degrees of freedom, for which P(|T| > t) = 1 − t / √(t² + 2).
    expect(meanInterval([1, 2, 3]).pValue).toBeCloseTo(1 - Math.sqrt(12 / 14), 10);
    // On 1 degree of freedom: 1 − 2 atan(t) / π, with t = 15 / 5.
    expect(meanInterval([10, 20]).pValue).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(3), 10);
  });

  it("excludes zero just when the p-value is below 0.05", () => {
    for (const shift of [1.4, 1.9, 2.4, 2.5, 3]) {
      const { value, half, pValue } = meanInterval([shift - 1, shift, shift + 1]);
      expect(Math.abs(value) > half).toBe(pValue < 0.05);
    }
  });

  it("has no interval for one value, and one without width for equal ones", () => {
    expect(meanInterval([3])).toEqual({ value: 3, ...unknown, level: 0.95, n: 1 });
    const none = { low: 3, high: 3, half: 0, pValue: 0 };
    expect(meanInterval([3, 3])).toEqual({ value: 3, ...none, level: 0.95, n: 2 });
    expect(meanInterval([0, 0])).toMatchObject({ value: 0, half: 0, pValue: 1 });
  });
});

describe("meanDifference", () => {
  it("is Welch's interval", () => {
    // Both variances 1, so that the degrees of freedom are 4: ± t √(2 / 3).
    const { value, half, n } = meanDifference([1, 2, 3], [5, 6, 7]);
    expect({ value, n }).toEqual({ value: -4, n: 3 });
    expect(half).toBeCloseTo(2.7764 * Math.sqrt(2 / 3), 4);
  });

  it("takes few degrees of freedom where one set has all the spread", () => {
    // Variances 200 and 0.02 of two values each: 1.0002 degrees of freedom.
    const { half } = meanDifference([0, 20], [1, 1.2]);
    expect(half).toBeCloseTo(12.7062 * Math.sqrt(100 + 0.01), 2);
  });

  it("has no interval when one set has a single value", () => {
    expect(meanDifference([1, 2], [3])).toEqual({ value: -1.5, ...unknown, level: 0.95, n: 1 });
  });
});

describe("a value that isn't finite", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("%d has no p-value", (bad) => {
    const message = `finite values, but received ${bad} at place 1`;
    expect(() => meanInterval([1, bad, 3])).toThrow(message);
    expect(() => meanDifference([1, bad, 3], [2, 3])).toThrow(message);
    expect(() => meanDifference([2, 3], [1, bad])).toThrow(message);
    const [good, mean, sd] = [
      { mean: 1, sd: 1, n: 5 },
      { mean: bad, sd: 1, n: 5 },
      { mean: 1, sd: bad, n: 5 },
    ];
    expect(() => summaryDifference(good, mean)).toThrow("a finite mean and standard deviation of each set");
    expect(() => summaryDifference(sd, good)).toThrow("a finite mean and standard deviation of each set");
  });

  it("isn't there in a set without values, whose mean is unknown", () => {
    expect(meanInterval([])).toEqual({ value: Number.NaN, ...unknown, level: 0.95, n: 0 });
    expect(meanDifference([], [1, 2]).pValue).toBeNaN();
  });
});

describe("summaryDifference", () => {
  it("is meanDifference, from means and standard deviations alone", () => {
    const [a, b] = [
      [1, 2.5, 3, 7],
      [0.5, 0.7, 0.4],
    ];
    expect(summaryDifference(spread(a), spread(b))).toEqual(meanDifference(a, b));
    expect(summaryDifference(spread([1]), { mean: 2, sd: 1, n: 10 }).half).toBeNaN();
  });

  it("has the standard error of means, not of values", () => {
    // Nine degrees of freedom, as the first set has no spread: t is 2.262.
    const { half } = summaryDifference({ mean: 1, sd: 0, n: 5 }, { mean: 2, sd: 3, n: 10 });
    expect(half).toBeCloseTo((2.2622 * 3) / Math.sqrt(10), 3);
  });
});

describe("holm", () => {
  it("multiplies the least by how many there are, the next by one fewer, and never falls", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    const byHand = [0.03, 0.06, 0.06, 0.02];
    adjusted.forEach((p, k) => {
      expect(p).toBeCloseTo(byHand[k], 12);
    });
  });

  it("stays at most 1, and leaves out what is NaN", () => {
    expect(holm([0.9, Number.NaN, 0.4])).toEqual([0.9, Number.NaN, 0.8]);
    expect(holm([0.7, 0.8])).toEqual([1, 1]);
  });
});
