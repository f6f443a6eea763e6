import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { permutationTest } from "../../lib/statistics/permutation-test";

describe("permutationTest", () => {
  it("looks at every swap of few pairs: three of one sign give 2/8", () => {
    const found = permutationTest({ a: [5, 6, 9], b: [1, 2, 3], paired: true, rng: rng(1) });
    expect(found).toEqual({ difference: 14 / 3, pValue: 0.25, exact: true });
    // Gaps 4, 4, -1: means of at least 7/3 come from +4 +4 ∓ 1 and their opposites.
    const mixed = permutationTest({ a: [5, 6, 2], b: [1, 2, 3], paired: true, rng: rng(1) });
    expect(mixed.pValue).toBe(4 / 8);
  });

  it("looks at every deal of few values: two sets of three that don't mix give 2/20", () => {
    const found = permutationTest({ a: [1, 2, 3], b: [4, 5, 6.5], paired: false, rng: rng(1) });
    expect(found.exact).toBe(true);
    expect(found.pValue).toBe(2 / 20);
    const unequal = permutationTest({ a: [9, 8], b: [1, 2, 3, 4], paired: false, rng: rng(1) });
    // Of 15 pairs only this one lies as far: the two least lie 1.5 − 6 = −4.5 off, not 6.
    expect(unequal.pValue).toBe(1 / 15);
    expect(unequal.difference).toBe(6);
  });

  it.each([true, false])(
    "draws among many arrangements: p is even where there is no difference (paired %s)",
    (paired) => {
      const values = Array.from({ length: 100 }, (_, r) => {
        const { data } = rng(`null ${r}`).normals([24]);
        return permutationTest({
          a: data.subarray(0, 12),
          b: data.subarray(12),
          paired,
          most: 200,
          rng: rng(r),
        });
      });
      expect(values.every(({ exact }) => !exact)).toBe(true);
      const mean = values.reduce((sum, { pValue }) => sum + pValue, 0) / 100;
      // Four standard errors of a mean of 100 uniform numbers are 0.115.
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.115);
      const low = values.filter(({ pValue }) => pValue < 0.2).length / 100;
      expect(Math.abs(low - 0.2)).toBeLessThan(0.16);
    },
  );

  it("finds a plain difference, and never says that p is 0", () => {
    const a = rng(1).normals([20]).data;
    const b = a.map((value, i) => value + 3 + Math.cos(i));
    for (const paired of [true, false]) {
      const { pValue } = permutationTest({ a, b, paired, most: 999, rng: rng(2) });
      expect(pValue).toBe(1 / 1000);
    }
  });

  it("takes more values than a call has room for arguments", () => {
    const a = rng(3).normals([100_000]).data;
    const b = a.map((value) => value + 1);
    const { difference, pValue } = permutationTest({ a, b, paired: true, most: 100, rng: rng(4) });
    expect(difference).toBeCloseTo(-1, 6);
    expect(pValue).toBe(1 / 101);
  });

  it("refuses too few, unpaired and infinite values", () => {
    const test = (a: number[], b: number[]) => () => permutationTest({ a, b, paired: true, rng: rng(1) });
    expect(test([1], [2])).toThrow("2 values or more");
    expect(test([1, 2], [2, 3, 4])).toThrow("paired");
    expect(test([1, Number.NaN], [2, 3])).toThrow("finite");
  });
});
