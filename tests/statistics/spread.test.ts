import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateMean, spread } from "../../lib/statistics";

describe("spread", () => {
  it("is the textbook mean and standard deviation", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2 }), (values) => {
        const { mean, variance, sd, n } = spread(values);
        const sum = values.reduce((a, b) => a + b, 0);
        const squares = values.reduce((a, b) => a + b * b, 0);
        expect(n).toBe(values.length);
        expect(mean).toBeCloseTo(sum / n, 8);
        expect(sd ** 2).toBeCloseTo((squares - (sum * sum) / n) / (n - 1), 3);
        expect(variance).toBeCloseTo(sd ** 2, 8);
      }),
    );
  });

  it("has no standard deviation for a single value, and no mean without any", () => {
    expect(spread([3])).toEqual({ mean: 3, variance: Number.NaN, sd: Number.NaN, n: 1 });
    expect(spread([]).mean).toBeNaN();
  });

  it("is exactly 0 for equal values, whatever their mean is rounded to", () => {
    // (0.7 + 0.7 + 0.7) / 3 is not 0.7.
    expect(spread([0.7, 0.7, 0.7]).sd).toBe(0);
    expect(spread(new Float32Array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1])).variance).toBe(0);
    expect(spread([0.7, 0.7, 0.7 + 1e-15]).sd).toBeGreaterThan(0);
    expect(spread([Number.NaN, Number.NaN]).sd).toBeNaN();
    expect(spread([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]).sd).toBeNaN();
  });

  it("gives the standard error of a mean, infinite for a single value", () => {
    expect(estimateMean([1, 2, 3, 6])).toEqual({ value: 3, standardError: Math.sqrt(14 / 3 / 4) });
    expect(estimateMean([4])).toEqual({ value: 4, standardError: Number.POSITIVE_INFINITY });
  });
});
