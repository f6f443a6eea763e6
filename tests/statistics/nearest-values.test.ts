import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestValues } from "../../lib/statistics";

describe("nearestValues", () => {
  it("finds what a search through all values finds", () => {
    const list = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(list, list, (values, wanted) => {
        nearestValues(values, wanted).forEach((found, k) => {
          const least = Math.min(...values.map((value) => Math.abs(value - wanted[k])));
          expect(Math.abs(values[found] - wanted[k])).toBe(least);
        });
      }),
    );
  });

  it("needs a value", () => {
    expect(() => nearestValues([], [1])).toThrow(/at least one value/);
  });
});
