import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../../lib/statistics/normal";

describe("the normal distribution", () => {
  // From tables of Φ.
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [3, 0.9986501019683699],
    [Number.POSITIVE_INFINITY, 1],
    [Number.NEGATIVE_INFINITY, 0],
  ])("has Φ(%d) = %d", (x, p) => {
    expect(normalCdf(x)).toBeCloseTo(p, 14);
  });

  it("is symmetric, and its quantile undoes it", () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => {
        expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 13);
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 8);
      }),
    );
  });

  it("says of NaN that it is NaN", () => {
    expect(normalCdf(Number.NaN)).toBeNaN();
    expect(normalQuantile(Number.NaN)).toBeNaN();
  });
});
